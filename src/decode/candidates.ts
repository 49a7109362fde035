/** At most this many people per image and keypoint candidates per type. */
export const MAX_CANDIDATES = 30;

/**
 * The value of one keypoint type's heatmap at an input pixel (whole numbers), where the heatmap is
 * upsampled to the input's size. Defined on the input's pixels within 6 px of the place it was asked for.
 */
export type HeatField = (x: number, y: number) => number;

/** Reads heat around a candidate; a runtime may hold only the windows that can be asked for. */
export interface HeatSource {
  /** Around the `rank`-th peak of a keypoint type. */
  aroundPeak(keypoint: number, rank: number): HeatField;
  /** Around the regressed keypoint of a center (its position clamped into the input, then rounded). */
  aroundRegressed(center: number, keypoint: number): HeatField;
}

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
