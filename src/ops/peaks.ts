import type { TopCandidates } from './rank.ts';
import { MAX_CANDIDATES, PEAK_RADIUS, PEAK_THRESHOLD } from './candidate-rules.ts';
import { createTopCandidates, rankCandidate } from './rank.ts';

/** Local maxima of all heatmaps at the input's size: `count[k]` of type k, best first. */
export interface KeypointPeaks {
  /** [K]. */
  readonly count: Uint32Array;
  /** [K, 30] columns, rows in input pixels, and values; entries from count[k] on mean nothing. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly score: Float32Array;
}

/**
 * Finds the cells of a map [height, width] that equal the maximum of the window of `radius` cells
 * around them (cut at the border; every cell of a plateau counts) and exceed `threshold`, and keeps
 * the best. Exact, and quick because hardly any cell of a heatmap passes its first comparisons.
 */
export function findTopPeaks(
  map: Float32Array,
  width: number,
  height: number,
  radius: number,
  threshold: number,
  top: TopCandidates,
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
      if (isWindowMaximum(map, width, height, x, y, radius)) rankCandidate(top, at, value);
    }
  }
}

function isWindowMaximum(map: Float32Array, width: number, height: number, x: number, y: number, radius: number): boolean {
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

/**
 * Keypoint candidates of full-resolution heatmaps: pixels that equal their 5×5 maximum and exceed
 * 0.01, the best 30 per type (reference section 3.6).
 *
 * @param writeHeatmap writes type k's heatmap, [height, width] at the input's size, into `out`;
 *   one is held at a time.
 */
export function findKeypointPeaks(
  keypoints: number,
  width: number,
  height: number,
  writeHeatmap: (keypoint: number, out: Float32Array) => void,
): KeypointPeaks {
  const heatmap = new Float32Array(width * height);
  return collectPeaks(keypoints, width, (k, top) => {
    writeHeatmap(k, heatmap);
    findTopPeaks(heatmap, width, height, PEAK_RADIUS, PEAK_THRESHOLD, top);
  });
}

/** @param find fills the list with the best peaks of one type; their indices are of maps `width` pixels wide. */
export function collectPeaks(
  keypoints: number,
  width: number,
  find: (keypoint: number, top: TopCandidates) => void,
): KeypointPeaks {
  const top = createTopCandidates();
  const peaks = {
    count: new Uint32Array(keypoints),
    x: new Float32Array(keypoints * MAX_CANDIDATES),
    y: new Float32Array(keypoints * MAX_CANDIDATES),
    score: new Float32Array(keypoints * MAX_CANDIDATES),
  };
  for (let k = 0; k < keypoints; k++) {
    find(k, top);
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
