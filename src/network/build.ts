import type { Architecture, DescriptorOf, ModelDescriptor } from './descriptor.ts';
import type { MapTensor, Network, NetworkOutputs } from './network.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import { NetworkBuilder } from './builder.ts';
import { decodingRules } from './decoding-rules.ts';
import { adaptiveHeads } from './adaptive-heads.ts';
import { dekrHeads } from './dekr-heads.ts';
import { higherHead } from './higher-head.ts';
import { hrnet } from './hrnet.ts';

/** What a network is built from: a descriptor without what is for people and for cameras. */
export type NetworkDescriptor = ModelDescriptor extends infer Each
  ? Each extends ModelDescriptor
    ? Omit<Each, 'id' | 'inputSize'>
    : never
  : never;

type Heads<A extends Architecture> = (
  net: NetworkBuilder,
  branches: readonly MapTensor[],
  model: Omit<DescriptorOf<A>, 'id' | 'inputSize'>,
) => NetworkOutputs;

/** What each architecture puts on the backbone. */
const HEADS: { readonly [A in Architecture]: Heads<A> } = {
  'adaptive-hrnet': (net, branches, model) => adaptiveHeads(net, branches, headOptions(model)).outputs,
  'adaptive-higher-hrnet': (net, branches, model) => higherHead(net, adaptiveHeads(net, branches, headOptions(model))),
  dekr: (net, branches, { keypointSet, headWidths }) =>
    dekrHeads(net, branches, { keypoints: KEYPOINT_SETS[keypointSet].names.length, widths: headWidths }),
};

function headOptions(model: Omit<DescriptorOf<'adaptive-hrnet' | 'adaptive-higher-hrnet'>, 'id' | 'inputSize' | 'architecture'>) {
  const { keypointSet, headWidths: widths, branches = 'mean', heatmapGuidance: guidance = true } = model;
  return { keypoints: KEYPOINT_SETS[keypointSet].names.length, widths, branches, guidance };
}

/** The network a descriptor names. */
export function buildNetwork(model: NetworkDescriptor): Network {
  const net = new NetworkBuilder();
  const input = net.tensor('image', 3, 1);
  const branches = hrnet(net, input, model.width);
  // That a descriptor fits its own architecture is what TypeScript cannot say here.
  const heads = HEADS[model.architecture] as Heads<Architecture>;
  const outputs = heads(net, branches, model as never);
  return { keypointSet: KEYPOINT_SETS[model.keypointSet], input, layers: net.layers, outputs, decoding: decodingRules(model) };
}
