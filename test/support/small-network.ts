import type { MapTensor, Network } from '../../src/network/network.ts';
import { adaptiveHeads } from '../../src/network/adaptive-heads.ts';
import { PAPER_RULES } from '../../src/network/decoding-rules.ts';
import { NetworkBuilder } from '../../src/network/builder.ts';
import { COCO } from '../../src/pose.ts';

/**
 * The paper's heads on a backbone of three branches and a handful of layers, for COCO: small enough to be
 * trained within a test. 40 layers, every kind of them.
 */
export function smallNetwork(): Network {
  const net = new NetworkBuilder();
  const input = net.tensor('image', 3, 1);
  const step = (name: string, x: MapTensor, channels: number, stride: 1 | 2): MapTensor =>
    net.conv(`${name}.0`, x, channels, { side: 3, stride, norm: `${name}.1`, relu: true });
  const block = (name: string, x: MapTensor): MapTensor => {
    const y = net.conv(`${name}.conv1`, x, x.channels, { side: 3, norm: `${name}.bn1`, relu: true });
    return net.conv(`${name}.conv2`, y, x.channels, { side: 3, norm: `${name}.bn2`, relu: true, shortcut: x });
  };
  const fine = block('block4', step('stem4', step('stem2', input, 12, 2), 24, 2));
  const middle = block('block8', step('down8', fine, 24, 2));
  const coarse = block('block16', step('down16', middle, 24, 2));
  const fused = net.fuse('fuse', [fine, net.conv('up.0', middle, 24, { side: 1, norm: 'up.1', relu: false })], 4);
  const { outputs } = adaptiveHeads(net, [fused, middle, coarse], {
    keypoints: COCO.names.length,
    widths: { heatmap: 32, regression: 32 },
    guidance: true,
    branches: 'mean',
  });
  return { keypointSet: COCO, input, layers: net.layers, outputs, decoding: PAPER_RULES };
}
