import { regressedPixel, heatFieldOf } from '../ops/heat-window.ts';
import { MAX_CANDIDATES } from '../ops/candidate-rules.ts';
import type { HeatField } from '../ops/heat-upsample.ts';
import type { HeatWindows } from '../ops/heat-windows.ts';
import type { KeypointPeaks } from '../ops/peaks.ts';

/**
 * All that decoding needs of one frame, whichever runtime it comes from: some kilobytes of data
 * instead of the maps. Positions in pixels of the network's input.
 */
export interface PoseCandidates {
  readonly inputWidth: number;
  readonly inputHeight: number;
  readonly keypoints: number;
  /** [n], n ≤ 30 per scale: values of the center heatmap's local maxima, best first within a scale. */
  readonly centerScores: Float32Array;
  /** [n, K, 2]: (x, y) of every keypoint regressed at a center. */
  readonly regressed: Float32Array;
  readonly peaks: KeypointPeaks;
  readonly heat: HeatWindows;
}

/** The heat around the `rank`-th peak of a keypoint type. */
export function heatAroundPeak({ heat, peaks, keypoints }: PoseCandidates, keypoint: number, rank: number): HeatField {
  const at = keypoint * MAX_CANDIDATES + rank;
  return heatFieldOf(heat.aroundPeaks, heat.ratio, rank * keypoints + keypoint, peaks.x[at], peaks.y[at]);
}

/** The heat around the regressed keypoint of a center. */
export function heatAroundRegressed(candidates: PoseCandidates, center: number, keypoint: number): HeatField {
  const { heat, regressed, keypoints, inputWidth, inputHeight } = candidates;
  const index = center * keypoints + keypoint;
  const [x, y] = [regressedPixel(regressed[2 * index], inputWidth), regressedPixel(regressed[2 * index + 1], inputHeight)];
  return heatFieldOf(heat.aroundRegressed, heat.ratio, index, x, y);
}
