import type { Weights } from '../network/weights.ts';
import { ManyposeError } from '../errors.ts';
import type { SCORER_STICKS } from '../network/scorer-sticks.ts';
import type { Keypoint, KeypointSet } from '../pose.ts';

/** Predicts how well a pose matches a person (its OKS), from the pose alone. */
export type ScoringNet = (keypoints: readonly Pick<Keypoint, 'x' | 'y' | 'score'>[]) => number;

type Sticks<Count extends number> = readonly (readonly [number, number])[] & { readonly length: Count };

/** Pairs of keypoints whose differences the nets were trained on. */
// prettier-ignore
const STICKS = {
  coco: [
    [0, 1], [0, 2], [1, 2], [1, 3], [2, 4], [3, 5], [4, 6], [5, 6], [5, 7], [5, 11],
    [6, 8], [6, 12], [7, 9], [8, 10], [11, 12], [11, 13], [12, 14], [13, 15], [14, 16],
  ],
  crowdpose: [
    [12, 13], [13, 0], [13, 1], [0, 2], [1, 3], [2, 4], [3, 5], [0, 6],
    [1, 7], [6, 8], [7, 9], [8, 10], [9, 11], [6, 7], [0, 1],
  ],
} as const satisfies { [Set in KeypointSet['id']]: Sticks<(typeof SCORER_STICKS)[Set]> };
/** The sticks whose mean length is the unit: COCO's are the torso's sides. */
const UNIT_STICKS = [9, 11] as const;

/**
 * A pose's features (reference section 3.10): the sticks' (x, y) differences, then their lengths, both
 * in units of two sticks' mean length (at least one image pixel), then the keypoints' scores.
 *
 * @param keypoints in image pixels, with their final scores.
 */
export function scoringFeatures(set: KeypointSet['id'], keypoints: readonly Pick<Keypoint, 'x' | 'y' | 'score'>[]): Float64Array {
  const differences = STICKS[set].map(([i, j]) => [keypoints[i].x - keypoints[j].x, keypoints[i].y - keypoints[j].y]);
  const lengths = differences.map(([x, y]) => Math.sqrt(x * x + y * y));
  const unit = Math.max((lengths[UNIT_STICKS[0]] + lengths[UNIT_STICKS[1]]) / 2, 1);
  return Float64Array.from([
    ...differences.flat().map((value) => value / unit),
    ...lengths.map((value) => value / unit),
    ...keypoints.map(({ score }) => score),
  ]);
}

interface Layer {
  /** [in, out]. */
  readonly weight: Float32Array;
  /** [out]. */
  readonly bias: Float32Array;
}

/**
 * The scoring net of a model: three fully connected layers, ReLU between them, nothing after.
 *
 * @param weights `l1`, `l2`, `l3` `.weight` [out, in] and `.bias` [out].
 */
export function createScoringNet(set: KeypointSet['id'], weights: Weights): ScoringNet {
  const layers = ['l1', 'l2', 'l3'].map((name): Layer => {
    const weight = weights.get(`${name}.weight`);
    const bias = weights.get(`${name}.bias`);
    if (!weight || !bias) throw new ManyposeError('invalid-model', `the scoring net has no ${name}`);
    return { weight: transposed(weight.data, bias.data.length), bias: bias.data };
  });
  return (keypoints) => {
    const hidden = layers.slice(0, -1).reduce((values, layer) => connected(layer, values, true), scoringFeatures(set, keypoints));
    const [score] = connected(layers[layers.length - 1], hidden, false);
    // A pose that makes no sense to the net is worth nothing.
    return Number.isNaN(score) ? 0 : score;
  };
}

/** [out, in] to [in, out]. */
function transposed(weight: Float32Array, outputs: number): Float32Array {
  const inputs = weight.length / outputs;
  return weight.map((_, at) => weight[(at % outputs) * inputs + Math.floor(at / outputs)]);
}

/** A fully connected layer, input by input: sums that do not wait for each other, and none for what a ReLU cut off. */
function connected({ weight, bias }: Layer, values: Float64Array, relu: boolean): Float64Array {
  const sums = new Float64Array(bias);
  const outputs = sums.length;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === 0) continue;
    const row = i * outputs;
    for (let o = 0; o < outputs; o++) sums[o] += weight[row + o] * value;
  }
  if (relu) for (let o = 0; o < outputs; o++) sums[o] = Math.max(sums[o], 0);
  return sums;
}
