import { findTopPeaks } from './peaks.ts';
import type { TopCandidates } from './rank.ts';
import { createTopCandidates } from './rank.ts';

/** A center's value must exceed this. */
export const CENTER_THRESHOLD = 0.01;

/** Side of the window in which a center is the maximum: wider on larger maps (in cells). */
export function centerWindow(mapWidth: number, mapHeight: number): 3 | 5 | 7 {
  const meanSide = (mapWidth + mapHeight) / 2;
  if (meanSide > 300) return 7;
  return meanSide > 200 ? 5 : 3;
}

/**
 * The best 30 local maxima of a center map [height, width], best first (reference section 3.4).
 * Every cell of a plateau counts; of equal values the first in row order is the better.
 */
export function findCenters(centerMap: Float32Array, width: number, height: number, threshold = CENTER_THRESHOLD): TopCandidates {
  const centers = createTopCandidates();
  findTopPeaks(centerMap, width, height, (centerWindow(width, height) - 1) / 2, threshold, centers);
  return centers;
}
