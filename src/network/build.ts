import type { ModelDescriptor } from './descriptor.ts';
import type { Network } from './network.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import { NetworkBuilder } from './builder.ts';
import { adaptiveHeads } from './adaptive-heads.ts';
import { hrnet } from './hrnet.ts';

/** The network a descriptor names. */
export function buildNetwork(model: Pick<ModelDescriptor, 'keypointSet' | 'width' | 'headWidths'>): Network {
  const keypointSet = KEYPOINT_SETS[model.keypointSet];
  const net = new NetworkBuilder();
  const input = net.tensor('image', 3, 1);
  const branches = hrnet(net, input, model.width);
  const outputs = adaptiveHeads(net, branches, keypointSet.names.length, model.headWidths);
  return { keypointSet, input, layers: net.layers, outputs };
}
