import { KEYPOINT_SETS } from '../pose.ts';
import { adaptiveHeads } from './adaptive-heads.ts';
import type { Heads, NetworkDescriptor } from './assemble.ts';
import { adaptiveHrnet, assemble, headOptions } from './assemble.ts';
import { dekrHeads } from './dekr-heads.ts';
import { dekrRules } from './dekr-rules.ts';
import type { Architecture } from './descriptor.ts';
import { higherHead } from './higher-head.ts';
import type { Network } from './network.ts';

export type { NetworkDescriptor } from './assemble.ts';

/** What each architecture puts on the backbone. */
const HEADS: { readonly [A in Architecture]: Heads<A> } = {
  'adaptive-hrnet': adaptiveHrnet,
  'adaptive-higher-hrnet': (net, branches, model) => higherHead(net, adaptiveHeads(net, branches, headOptions(model))),
  dekr: (net, branches, { keypointSet, headWidths }) =>
    dekrHeads(net, branches, { keypoints: KEYPOINT_SETS[keypointSet].names.length, widths: headWidths }),
};

/** The network a descriptor names. */
export function buildNetwork(model: NetworkDescriptor): Network {
  const rules = model.architecture === 'dekr' ? dekrRules(model.keypointSet) : undefined;
  return assemble(model, HEADS[model.architecture] as Heads<Architecture>, rules);
}
