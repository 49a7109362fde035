import { CENTER_THRESHOLD, centerWindow } from './candidate-rules.ts';
import { findTopPeaks } from './peaks.ts';
import type { TopCandidates } from './rank.ts';
import { createTopCandidates } from './rank.ts';

/**
 * The best 30 local maxima of a center map [height, width], best first (reference section 3.4).
 * Every cell of a plateau counts; of equal values the first in row order is the better.
 */
export function findCenters(centerMap: Float32Array, width: number, height: number, threshold = CENTER_THRESHOLD): TopCandidates {
  const centers = createTopCandidates();
  findTopPeaks(centerMap, width, height, (centerWindow(width, height) - 1) / 2, threshold, centers);
  return centers;
}
