import type { ModelDescriptor } from '../network/descriptor.ts';
import type { KeypointSet } from '../pose.ts';

/** Widths from this on are made for the larger input. */
const LARGE_WIDTH = 48;
/** Channels of every regression head, and of every keypoint's branch, of the released networks. */
const REGRESSION_WIDTH = 256;
const OFFSET_WIDTH = 15;

/** Shorter side of the input that a network of some width is made for. */
export function inputSizeOf(width: number): number {
  return width >= LARGE_WIDTH ? 640 : 512;
}

const SETS = ['coco', 'crowdpose'] as const satisfies readonly KeypointSet['id'][];

/** The paper's networks and their successors, the paper's first. */
export const NAMED_MODELS: readonly ModelDescriptor[] = [
  ...SETS.flatMap((set) => [adaptive(set, 32), adaptive(set, 48), higher(set, 48)]),
  ...SETS.flatMap((set) => [dekr(set, 32), dekr(set, 48)]),
];

/** The network of a name: `coco_w32`. */
export function namedModel(id: string): ModelDescriptor | undefined {
  return NAMED_MODELS.find((model) => model.id === id);
}

function adaptive(keypointSet: KeypointSet['id'], width: number): ModelDescriptor {
  return {
    id: `${keypointSet}_w${width}`,
    architecture: 'adaptive-hrnet',
    keypointSet,
    width,
    headWidths: { heatmap: width, regression: REGRESSION_WIDTH },
    inputSize: inputSizeOf(width),
  };
}

/** At inference the released code takes the greatest of the three heatmap blocks. */
function higher(keypointSet: KeypointSet['id'], width: number): ModelDescriptor {
  return {
    id: `${keypointSet}_higher_w${width}`,
    architecture: 'adaptive-higher-hrnet',
    keypointSet,
    width,
    headWidths: { heatmap: width, regression: REGRESSION_WIDTH },
    branches: 'maximum',
    inputSize: inputSizeOf(width),
  };
}

function dekr(keypointSet: KeypointSet['id'], width: number): ModelDescriptor {
  return {
    id: `dekr_${keypointSet}_w${width}`,
    architecture: 'dekr',
    keypointSet,
    width,
    headWidths: { heatmap: width, offset: OFFSET_WIDTH },
    inputSize: inputSizeOf(width),
  };
}
