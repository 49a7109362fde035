import type { Architecture, DescriptorOf, ModelDescriptor } from './descriptor.ts';
import type { MapTensor, Network, NetworkOutputs } from './network.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import { adaptiveHeads } from './adaptive-heads.ts';
import { NetworkBuilder } from './builder.ts';
import type { DecodingRules } from './decoding-rules.ts';
import { PAPER_RULES } from './decoding-rules.ts';
import { hrnet } from './hrnet.ts';

/** What a network is built from: a descriptor without what is for people and for cameras. */
export type NetworkDescriptor = ModelDescriptor extends infer Each
  ? Each extends ModelDescriptor
    ? Omit<Each, 'id' | 'inputSize'>
    : never
  : never;

/** Puts an architecture's heads on the backbone. */
export type Heads<A extends Architecture> = (
  net: NetworkBuilder,
  branches: readonly MapTensor[],
  model: Omit<DescriptorOf<A>, 'id' | 'inputSize'>,
) => NetworkOutputs;

/** Of the architectures with adaptive heads. */
export function headOptions(
  model: Omit<DescriptorOf<'adaptive-hrnet' | 'adaptive-higher-hrnet'>, 'id' | 'inputSize' | 'architecture'>,
) {
  const { keypointSet, headWidths: widths, branches = 'mean', heatmapGuidance: guidance = true } = model;
  return { keypoints: KEYPOINT_SETS[keypointSet].names.length, widths, branches, guidance };
}

export const adaptiveHrnet: Heads<'adaptive-hrnet'> = (net, branches, model) =>
  adaptiveHeads(net, branches, headOptions(model)).outputs;

/** The network of a descriptor, with its architecture's heads and rules. */
export function assemble<A extends Architecture>(
  model: NetworkDescriptor & { architecture: A },
  heads: Heads<A>,
  rules: DecodingRules = PAPER_RULES,
): Network {
  const net = new NetworkBuilder();
  const input = net.tensor('image', 3, 1);
  const branches = hrnet(net, input, model.width);
  // That a descriptor fits its own architecture is what TypeScript cannot say here.
  const outputs = heads(net, branches, model as never);
  const { otherScales: factor = rules.otherScales.factor, ...own } = model.decoding ?? {};
  const decoding: DecodingRules = {
    ...rules,
    ...(model.offsetSign === 'plus' && { offsetSign: -1 }),
    ...own,
    otherScales: { ...rules.otherScales, factor },
  };
  return { keypointSet: KEYPOINT_SETS[model.keypointSet], input, layers: net.layers, outputs, decoding };
}
