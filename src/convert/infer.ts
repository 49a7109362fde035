import type { Architecture, ModelDescriptor } from '../network/descriptor.ts';
import type { CheckpointTensors } from './fold.ts';
import { ManyposeError } from '../errors.ts';
import type { Variations } from '../model/named-models.ts';
import { describeNetwork } from '../model/named-models.ts';
import type { KeypointSet } from '../pose.ts';
import { KEYPOINT_SETS } from '../pose.ts';

/** Shape of a module's weights; empty where the checkpoint has none. */
type ShapeOf = (module: string) => readonly number[];

interface Signs<A extends Architecture> {
  /** A module that of all architectures only this one has. */
  readonly mark: string;
  /** The module that has an output for every keypoint, and how many more it has. */
  readonly keypoints: readonly [module: string, more: number];
  /** What else the shapes tell; undefined where a module is missing. */
  readonly rest: (shapeOf: ShapeOf, width: number) => Variations<A> | undefined;
}

/** How a checkpoint's architecture is told, and its widths. */
const SIGNS: { readonly [A in Architecture]: Signs<A> } = {
  'adaptive-higher-hrnet': {
    mark: 'deconv_layers.0.0.0',
    keypoints: ['final_layers.0', 0],
    // The released code takes the greatest of the blocks at inference; a checkpoint does not tell.
    rest: (shapeOf, width) => withBranches(adaptiveRest(shapeOf, width)),
  },
  dekr: {
    mark: 'offset_feature_layers.0.0.adapt_conv',
    keypoints: ['head_heatmap.1', -1],
    rest(shapeOf) {
      const [[heatmap], [offset]] = [shapeOf('transition_heatmap.0'), shapeOf('offset_feature_layers.0.0.adapt_conv')];
      return heatmap && offset ? { headWidths: { heatmap, offset } } : undefined;
    },
  },
  'adaptive-hrnet': { mark: 'transition_cls.0', keypoints: ['final_layers.0', 0], rest: adaptiveRest },
};

/** Channels of the concatenated branches, in widths of the first. */
const FEATURE_WIDTHS = 15;

type AdaptiveRest = Variations<'adaptive-hrnet'>;

function adaptiveRest(shapeOf: ShapeOf, width: number): AdaptiveRest | undefined {
  const [[heatmap], [regression, seen]] = [shapeOf('transition_cls.0'), shapeOf('transition_reg.0')];
  if (!heatmap || !regression) return undefined;
  // A network trained without the heatmaps' guidance sees the features alone.
  const guidance = seen === FEATURE_WIDTHS * width ? { heatmapGuidance: false } : {};
  return { headWidths: { heatmap, regression }, ...guidance };
}

function withBranches(rest: AdaptiveRest | undefined): AdaptiveRest | undefined {
  return rest && { ...rest, branches: 'maximum' };
}

/**
 * The descriptor of the network that a checkpoint is of, from the names and shapes of its tensors: `coco_w32`,
 * `crowdpose_higher_w48`, `dekr_coco_w32`. Throws 'checkpoint-mismatch' for networks of another kind.
 */
export function inferDescriptor(tensors: CheckpointTensors): ModelDescriptor {
  const shapeOf: ShapeOf = (module) => tensors.get(`${module}.weight`)?.shape ?? [];
  const architecture = (Object.keys(SIGNS) as Architecture[]).find((each) => shapeOf(SIGNS[each].mark).length > 0);
  const [width] = shapeOf('transition1.0.0');
  if (!architecture || !width) throw notOurs();
  const {
    keypoints: [module, more],
    rest,
  } = SIGNS[architecture];
  const own = rest(shapeOf, width);
  const outputs = shapeOf(module)[0];
  if (!own || !outputs) throw notOurs();
  return describeNetwork(architecture, setOf(outputs + more).id, width, own);
}

function setOf(keypoints: number): KeypointSet {
  const sets = Object.values(KEYPOINT_SETS);
  const set = sets.find(({ names }) => names.length === keypoints);
  if (set) return set;
  throw new ManyposeError(
    'checkpoint-mismatch',
    `the checkpoint has ${keypoints} keypoints; known are ` +
      sets.map(({ id, names }) => `${id} with ${names.length}`).join(' and '),
  );
}

function notOurs(): ManyposeError {
  return new ManyposeError(
    'checkpoint-mismatch',
    'the checkpoint lacks the layers that tell a network and its widths' +
      ' (transition1, and transition_cls, transition_reg, final_layers or transition_heatmap, offset_feature_layers, head_heatmap):' +
      ' it is not of an adaptive HRNet pose network',
  );
}
