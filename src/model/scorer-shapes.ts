import type { ModelDescriptor } from '../network/descriptor.ts';
import { SCORER_STICKS } from '../network/scorer-sticks.ts';
import type { TensorShape } from '../network/weights.ts';
import { KEYPOINT_SETS } from '../pose.ts';

const HIDDEN = 256;

/** The tensors of the rescoring net, features -> 256 -> 256 -> 1: weights [out, in] and biases [out]. */
export function scorerShapes(keypointSet: ModelDescriptor['keypointSet']): TensorShape[] {
  // x, y and length of every stick, and every keypoint's score.
  const features = 3 * SCORER_STICKS[keypointSet] + KEYPOINT_SETS[keypointSet].names.length;
  const sizes = [features, HIDDEN, HIDDEN, 1];
  return [1, 2, 3].flatMap((layer) => [
    { name: `l${layer}.weight`, shape: [sizes[layer], sizes[layer - 1]] },
    { name: `l${layer}.bias`, shape: [sizes[layer]] },
  ]);
}
