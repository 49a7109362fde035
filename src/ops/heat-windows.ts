import { MAX_CANDIDATES } from './candidate-rules.ts';
import { copyWindow } from './gather.ts';
import { regressedPixel, windowSide } from './heat-window.ts';
import type { HeatStack } from './heat-upsample.ts';
import type { KeypointPeaks } from './peaks.ts';

/** The heat that decoding may ask for: cells around every candidate, instead of whole maps. */
export interface HeatWindows {
  /** Input pixels per cell. */
  readonly ratio: number;
  /** [30, K, side, side]: around the peak of each rank and type; where there is none, it means nothing. */
  readonly aroundPeaks: Float32Array;
  /** [n, K, side, side]: around every regressed keypoint (its position clamped into the input, then rounded). */
  readonly aroundRegressed: Float32Array;
}

/** Cuts the windows out of heatmaps. */
export function cutHeatWindows(stack: HeatStack, keypoints: number, peaks: KeypointPeaks, regressed: Float32Array): HeatWindows {
  const { ratio } = stack;
  const cells = windowSide(ratio) ** 2;
  const aroundPeaks = new Float32Array(MAX_CANDIDATES * keypoints * cells);
  const aroundRegressed = new Float32Array((regressed.length / 2) * cells);
  const windowOf = (windows: Float32Array, index: number): Float32Array => windows.subarray(index * cells, (index + 1) * cells);
  for (let k = 0; k < keypoints; k++) {
    for (let rank = 0; rank < peaks.count[k]; rank++) {
      const at = k * MAX_CANDIDATES + rank;
      copyWindow(stack, k, peaks.x[at], peaks.y[at], windowOf(aroundPeaks, rank * keypoints + k));
    }
  }
  for (let i = 0; i < regressed.length / 2; i++) {
    const x = regressedPixel(regressed[2 * i], stack.width * ratio);
    const y = regressedPixel(regressed[2 * i + 1], stack.height * ratio);
    // Positions that are not numbers are nobody's keypoints.
    if (x === x && y === y) copyWindow(stack, i % keypoints, x, y, windowOf(aroundRegressed, i));
  }
  return { ratio, aroundPeaks, aroundRegressed };
}
