import type { TensorShape } from '../network/weights.ts';
import type { ModelDescriptor } from '../network/descriptor.ts';

/** Inputs of the rescoring net: x, y and length of every stick, and every keypoint's score. */
const SCORER_FEATURES: Record<ModelDescriptor['keypointSet'], number> = { coco: 3 * 19 + 17, crowdpose: 3 * 15 + 14 };
const HIDDEN = 256;

/** The tensors of the rescoring net, features -> 256 -> 256 -> 1: weights [out, in] and biases [out]. */
export function scorerShapes(keypointSet: ModelDescriptor['keypointSet']): TensorShape[] {
  const sizes = [SCORER_FEATURES[keypointSet], HIDDEN, HIDDEN, 1];
  return [1, 2, 3].flatMap((layer) => [
    { name: `l${layer}.weight`, shape: [sizes[layer], sizes[layer - 1]] },
    { name: `l${layer}.bias`, shape: [sizes[layer]] },
  ]);
}
