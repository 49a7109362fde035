import type { HeatField } from '../ops/heat-upsample.ts';
import type { KeypointPeaks } from '../ops/peaks.ts';

/** Reads heat around a candidate; a runtime may hold only the windows that can be asked for. */
export interface HeatSource {
  /** Around the `rank`-th peak of a keypoint type. */
  aroundPeak(keypoint: number, rank: number): HeatField;
  /** Around the regressed keypoint of a center (its position clamped into the input, then rounded). */
  aroundRegressed(center: number, keypoint: number): HeatField;
}

/**
 * All that decoding needs of one frame, whichever runtime it comes from: a few kilobytes instead
 * of the maps. Positions in pixels of the network's input.
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
  readonly heat: HeatSource;
}
