import type { ModelDescriptor } from '../network/descriptor.ts';
import type { CheckpointTensors } from './fold.ts';
import { ManyposeError } from '../errors.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import { printable } from '../printable.ts';

/** Networks of the same family that this version does not run, by a part only they have. */
const RELATIVES: readonly [prefix: string, network: string][] = [
  ['deconv_layers.', 'an HrHRNet (with 2x heatmaps), of which this version runs none; convert a 4x network (W32, W48)'],
  ['offset_feature_layers.', 'a DEKR network, the successor with separate offset branches, which this version does not run'],
];
const LARGE_WIDTH = 48;

/**
 * The descriptor of the network that a checkpoint is of, from the shapes of its tensors: `coco_w32`,
 * `crowdpose_w48`. Throws 'checkpoint-mismatch' for networks of another kind.
 */
export function inferDescriptor(tensors: CheckpointTensors): ModelDescriptor {
  refuseRelatives(tensors);
  const outputs = (name: string): number | undefined => tensors.get(`${name}.weight`)?.shape[0];
  const [width, heatmap, regression, keypoints] = [
    'transition1.0.0',
    'transition_cls.0',
    'transition_reg.0',
    'final_layers.0',
  ].map(outputs);
  if (!width || !heatmap || !regression || !keypoints) {
    throw new ManyposeError(
      'checkpoint-mismatch',
      "the checkpoint lacks the layers that tell a network's widths" +
        ' (transition1, transition_cls, transition_reg, final_layers): it is not of an adaptive HRNet pose network',
    );
  }
  const set = Object.values(KEYPOINT_SETS).find(({ names }) => names.length === keypoints);
  if (!set) {
    throw new ManyposeError(
      'checkpoint-mismatch',
      `the checkpoint has ${keypoints} keypoints; known are ` +
        Object.values(KEYPOINT_SETS)
          .map(({ id, names }) => `${id} with ${names.length}`)
          .join(' and '),
    );
  }
  return {
    id: `${set.id}_w${width}`,
    architecture: 'adaptive-hrnet',
    keypointSet: set.id,
    width,
    headWidths: { heatmap, regression },
    inputSize: width >= LARGE_WIDTH ? 640 : 512,
  };
}

/** Throws 'checkpoint-mismatch' that says what the checkpoint is, if it is of a related network. */
export function refuseRelatives(tensors: CheckpointTensors): void {
  for (const [prefix, network] of RELATIVES) {
    for (const name of tensors.keys()) {
      if (name.startsWith(prefix)) {
        throw new ManyposeError('checkpoint-mismatch', `the checkpoint is of ${network} (it has ${printable(name)})`);
      }
    }
  }
}
