import { ManyposeError } from '../errors.ts';
import type { KeypointSet } from '../pose.ts';
import type { MapSize } from './gaussians.ts';

/**
 * Whose rules: those of the paper authors' released code, which their checkpoints were trained with, or
 * the paper's own text where the code differs (our reading, where the text leaves a choice: `paperTargets`).
 */
export type TrainingRules = 'released' | 'paper';

/** What a network should answer on one map; every plane in C order. */
export interface MapTargets extends MapSize {
  readonly keypoints: number;
  /** [K, height, width], 0..1. */
  readonly heatmaps: Float32Array;
  /** [height, width], 0..1. */
  readonly centerMap: Float32Array;
  /** Weights of the heatmaps' loss: [height, width] for all keypoints (released), or [K, height, width] (paper, not yet squared). */
  readonly heatmapWeights: Float32Array;
  /** [height, width]. */
  readonly centerWeights: Float32Array;
  /** [2K, height, width], x0, y0, x1, ...: cell - keypoint in cells; 0 without a target. */
  readonly offsetMap: Float32Array;
  /** As `offsetMap`; 0 without a target. */
  readonly offsetWeights: Float32Array;
}

/** What the targets of a map depend on besides its people. */
export interface TargetSettings {
  /** Of a keypoint's Gaussian, in cells. */
  readonly sigma: number;
  /** Of a center's. */
  readonly centerSigma: number;
  /** Of the heatmaps' loss away from every keypoint. */
  readonly backgroundWeight: number;
  /** Offsets are learned at most about this many cells from a center. */
  readonly offsetRadius: number;
}

const SIGMA = 2;
const OFFSET_RADIUS = 4;

/** The wide center Gaussian of the released code is COCO's alone: it is given to the joint number 17. */
const CENTER_SIGMAS: Record<TrainingRules, Record<KeypointSet['id'], number>> = {
  released: { coco: 4, crowdpose: 2 },
  paper: { coco: 2, crowdpose: 2 },
};
/** By the map's stride: HrHRNet's larger maps have more background. */
const BACKGROUND_WEIGHTS: Readonly<Record<number, number>> = { 4: 0.1, 2: 0.025 };

/** @throws ManyposeError `invalid-argument` for a stride other than 4 and 2. */
export function targetSettings(rules: TrainingRules, set: KeypointSet['id'], stride = 4): TargetSettings {
  const backgroundWeight = BACKGROUND_WEIGHTS[stride];
  if (backgroundWeight === undefined) throw new ManyposeError('invalid-argument', `maps are at stride 4 or 2, not ${stride}`);
  return { sigma: SIGMA, centerSigma: CENTER_SIGMAS[rules][set], backgroundWeight, offsetRadius: OFFSET_RADIUS };
}
