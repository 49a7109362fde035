import type { MapTensor, NetworkOutputs } from './network.ts';
import { NetworkBuilder } from './builder.ts';
import type { Heads } from './adaptive-heads.ts';
import { basicBlock } from './hrnet.ts';

/**
 * HrHRNet's second heatmap head: heatmaps at twice the size of the first ones', from the first head's features and
 * the mean of its heatmaps. There is no center map among them.
 *
 * @returns all outputs.
 */
export function higherHead(net: NetworkBuilder, { outputs, stem, mean }: Heads): NetworkOutputs {
  const keypoints = mean.channels;
  const seen = net.concat('features2x', [stem, mean]);
  let x: MapTensor = net.transposedConv(TRANSPOSED_CONV, 'deconv_layers.0.0.1', seen, stem.channels);
  x = basicBlock(net, 'deconv_layers.0.1.0', x);
  const heatmaps2x = net.conv('final_layers.2', x, keypoints, { side: 1, relu: false });
  return { ...outputs, heatmaps2x: { map: heatmaps2x, first: 0, channels: keypoints } };
}

/** Module path of the convolution that doubles the size. */
export const TRANSPOSED_CONV = 'deconv_layers.0.0.0';
