import type { Architecture, DescriptorOf, ModelDescriptor } from '../network/descriptor.ts';
import type { KeypointSet } from '../pose.ts';

/** Widths from this on are made for the larger input. */
const LARGE_WIDTH = 48;
/** Channels of every regression head, and of every keypoint's branch, of the released networks. */
const REGRESSION_WIDTH = 256;
const OFFSET_WIDTH = 15;

/** Shorter side of the input that a network of some width is made for. */
function inputSizeOf(width: number): number {
  return width >= LARGE_WIDTH ? 640 : 512;
}

/** How networks are called: by what is said of their architecture, keypoints and width. */
const NAMES: { readonly [A in Architecture]: (set: KeypointSet['id'], width: number) => string } = {
  'adaptive-hrnet': (set, width) => `${set}_w${width}`,
  'adaptive-higher-hrnet': (set, width) => `${set}_higher_w${width}`,
  dekr: (set, width) => `dekr_${set}_w${width}`,
};

/** What tells networks of one architecture, keypoint set and width apart. */
export type Variations<A extends Architecture> = Omit<
  DescriptorOf<A>,
  'id' | 'architecture' | 'keypointSet' | 'width' | 'inputSize' | 'offsetSign'
>;

/** The descriptor of a network, with its name and the size of input that it is made for. */
export function describeNetwork<A extends Architecture>(
  architecture: A,
  keypointSet: KeypointSet['id'],
  width: number,
  variations: Variations<A>,
): ModelDescriptor {
  const [id, inputSize] = [NAMES[architecture](keypointSet, width), inputSizeOf(width)];
  // That what varies is the architecture's own is what TypeScript cannot say here.
  return { id, architecture, keypointSet, width, ...variations, inputSize } as ModelDescriptor;
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

function adaptive(set: KeypointSet['id'], width: number): ModelDescriptor {
  return describeNetwork('adaptive-hrnet', set, width, { headWidths: { heatmap: width, regression: REGRESSION_WIDTH } });
}

/** At inference the released code takes the greatest of the three heatmap blocks. */
function higher(set: KeypointSet['id'], width: number): ModelDescriptor {
  const headWidths = { heatmap: width, regression: REGRESSION_WIDTH };
  return describeNetwork('adaptive-higher-hrnet', set, width, { headWidths, branches: 'maximum' });
}

function dekr(set: KeypointSet['id'], width: number): ModelDescriptor {
  return describeNetwork('dekr', set, width, { headWidths: { heatmap: width, offset: OFFSET_WIDTH } });
}
