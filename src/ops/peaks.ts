import type { KeypointPeaks } from '../decode/candidates.ts';
import { MAX_CANDIDATES } from '../decode/candidates.ts';

/** Half the side of the window in which a keypoint candidate is the maximum: 5×5. */
const PEAK_RADIUS = 2;
/** A candidate's value must exceed this. */
export const PEAK_THRESHOLD = 0.01;

/** The best local maxima of one map, best first; of equal values the first in row order. */
export interface TopPeaks {
  count: number;
  /** [limit]: row · width + column. */
  readonly index: Uint32Array;
  /** [limit]. */
  readonly score: Float32Array;
}

export function createTopPeaks(limit: number): TopPeaks {
  return { count: 0, index: new Uint32Array(limit), score: new Float32Array(limit) };
}

/**
 * Finds the cells of a map [height, width] that equal the maximum of the window of `radius` cells
 * around them (cut at the border; every cell of a plateau counts) and exceed `threshold`, and keeps
 * the best. Exact, and quick because hardly any cell of a heatmap passes its first comparisons.
 */
export function findTopPeaks(
  map: Float32Array, width: number, height: number, radius: number, threshold: number, top: TopPeaks,
): void {
  const limit = top.index.length;
  top.count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const value = map[at];
      if (!(value > threshold)) continue;
      // Cells come in row order: one that only equals the last of a full list comes too late.
      if (top.count === limit && value <= top.score[limit - 1]) continue;
      if (isWindowMaximum(map, width, height, x, y, radius)) insert(top, at, value);
    }
  }
}

function isWindowMaximum(
  map: Float32Array, width: number, height: number, x: number, y: number, radius: number,
): boolean {
  const at = y * width + x;
  const value = map[at];
  // On a slope one of these two decides.
  if (x > 0 && map[at - 1] > value) return false;
  if (x < width - 1 && map[at + 1] > value) return false;
  const x0 = Math.max(x - radius, 0);
  const x1 = Math.min(x + radius, width - 1);
  const y0 = Math.max(y - radius, 0);
  const y1 = Math.min(y + radius, height - 1);
  for (let row = y0; row <= y1; row++) {
    for (let i = row * width + x0; i <= row * width + x1; i++) {
      if (map[i] > value) return false;
    }
  }
  return true;
}

function insert(top: TopPeaks, index: number, score: number): void {
  let rank = top.count < top.index.length ? top.count++ : top.count - 1;
  for (; rank > 0 && top.score[rank - 1] < score; rank--) {
    top.score[rank] = top.score[rank - 1];
    top.index[rank] = top.index[rank - 1];
  }
  top.score[rank] = score;
  top.index[rank] = index;
}

/**
 * Keypoint candidates of full-resolution heatmaps: pixels that equal their 5×5 maximum and exceed
 * 0.01, the best 30 per type (reference section 3.6).
 *
 * @param writeHeatmap writes type k's heatmap, [height, width] at the input's size, into `out`;
 *   one is held at a time.
 */
export function findKeypointPeaks(
  keypoints: number, width: number, height: number,
  writeHeatmap: (keypoint: number, out: Float32Array) => void,
): KeypointPeaks {
  const heatmap = new Float32Array(width * height);
  const top = createTopPeaks(MAX_CANDIDATES);
  const peaks = {
    count: new Uint32Array(keypoints),
    x: new Float32Array(keypoints * MAX_CANDIDATES),
    y: new Float32Array(keypoints * MAX_CANDIDATES),
    score: new Float32Array(keypoints * MAX_CANDIDATES),
  };
  for (let k = 0; k < keypoints; k++) {
    writeHeatmap(k, heatmap);
    findTopPeaks(heatmap, width, height, PEAK_RADIUS, PEAK_THRESHOLD, top);
    peaks.count[k] = top.count;
    for (let rank = 0; rank < top.count; rank++) {
      const to = k * MAX_CANDIDATES + rank;
      peaks.x[to] = top.index[rank] % width;
      peaks.y[to] = Math.floor(top.index[rank] / width);
      peaks.score[to] = top.score[rank];
    }
  }
  return peaks;
}
