import type { Weights } from '../network/weights.ts';
import { ManyposeError } from '../errors.ts';
import type { Keypoint, KeypointSet } from '../pose.ts';

/** Predicts how well a pose matches a person (its OKS), from the pose alone. */
export type ScoringNet = (keypoints: readonly Pick<Keypoint, 'x' | 'y' | 'score'>[]) => number;

/** Pairs of keypoints whose differences the nets were trained on. */
const STICKS: Readonly<Record<KeypointSet['id'], readonly (readonly [number, number])[]>> = {
  coco: [
    [0, 1], [0, 2], [1, 2], [1, 3], [2, 4], [3, 5], [4, 6], [5, 6], [5, 7], [5, 11],
    [6, 8], [6, 12], [7, 9], [8, 10], [11, 12], [11, 13], [12, 14], [13, 15], [14, 16],
  ],
  crowdpose: [
    [12, 13], [13, 0], [13, 1], [0, 2], [1, 3], [2, 4], [3, 5], [0, 6],
    [1, 7], [6, 8], [7, 9], [8, 10], [9, 11], [6, 7], [0, 1],
  ],
};
/** The sticks whose mean length is the unit: COCO's are the torso's sides. */
const UNIT_STICKS = [9, 11] as const;

/**
 * A pose's features (reference section 3.10): the sticks' (x, y) differences, then their lengths, both
 * in units of two sticks' mean length (at least one image pixel), then the keypoints' scores.
 *
 * @param keypoints in image pixels, with their final scores.
 */
export function scoringFeatures(
  set: KeypointSet['id'], keypoints: readonly Pick<Keypoint, 'x' | 'y' | 'score'>[],
): Float64Array {
  const differences = STICKS[set].map(([i, j]) => [keypoints[i].x - keypoints[j].x, keypoints[i].y - keypoints[j].y]);
  const lengths = differences.map(([x, y]) => Math.sqrt(x * x + y * y));
  const unit = Math.max((lengths[UNIT_STICKS[0]] + lengths[UNIT_STICKS[1]]) / 2, 1);
  return Float64Array.from([
    ...differences.flat().map((value) => value / unit),
    ...lengths.map((value) => value / unit),
    ...keypoints.map(({ score }) => score),
  ]);
}

/**
 * The scoring net of a model: three fully connected layers, ReLU between them, nothing after.
 *
 * @param weights `l1`, `l2`, `l3` `.weight` [out, in] and `.bias` [out].
 */
export function createScoringNet(set: KeypointSet['id'], weights: Weights): ScoringNet {
  const layers = ['l1', 'l2', 'l3'].map((name) => {
    const weight = weights.get(`${name}.weight`);
    const bias = weights.get(`${name}.bias`);
    if (!weight || !bias) throw new ManyposeError('invalid-model', `the scoring net has no ${name}`);
    return { weight: weight.data, bias: bias.data };
  });
  return (keypoints) => {
    let values = scoringFeatures(set, keypoints);
    layers.forEach(({ weight, bias }, depth) => {
      const from = values;
      values = Float64Array.from(bias, (sum, o) => {
        for (let i = 0; i < from.length; i++) sum += weight[o * from.length + i] * from[i];
        return depth < layers.length - 1 ? Math.max(sum, 0) : sum;
      });
    });
    // A pose that makes no sense to the net is worth nothing.
    return Number.isNaN(values[0]) ? 0 : values[0];
  };
}
