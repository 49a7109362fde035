import type { ModelDescriptor } from '../model/descriptor.ts';
import type { Network } from './network.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import { NetworkBuilder } from './builder.ts';
import { adaptiveHeads } from './adaptive-heads.ts';
import { hrnet } from './hrnet.ts';

/** The network a descriptor names. */
export function buildNetwork(model: Pick<ModelDescriptor, 'keypointSet' | 'width' | 'headWidths'>): Network {
  const keypoints = KEYPOINT_SETS[model.keypointSet].names.length;
  const net = new NetworkBuilder();
  const input = net.tensor('image', 3, 1);
  const branches = hrnet(net, input, model.width);
  const heads = adaptiveHeads(net, branches, keypoints, model.headWidths);
  return { keypoints, input, layers: net.layers, ...heads };
}
