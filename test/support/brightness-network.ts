import type { ConvLayer, MapTensor, Network } from '../../src/network/network.ts';
import type { WeightTensor, Weights } from '../../src/network/weights.ts';
import { PAPER_RULES } from '../../src/network/decoding-rules.ts';
import { COCO } from '../../src/pose.ts';

const K = COCO.names.length;

/** Two convolutions that make heatmaps, center map and offsets of brightness: for tests of what is around a network. */
export function brightnessNetwork(): { network: Network; weights: Weights } {
  const map = (id: number, channels: number, stride: number): MapTensor => ({ id, label: `map ${id}`, channels, stride });
  const [input, between, output] = [map(0, 3, 1), map(1, 4, 2), map(2, 3 * K + 1, 4)];
  const conv = (name: string, from: MapTensor, to: MapTensor): ConvLayer => ({
    op: 'conv',
    name,
    input: from,
    output: to,
    side: 3,
    stride: 2,
    relu: false,
  });
  const network: Network = {
    keypointSet: COCO,
    input,
    layers: [conv('first', input, between), conv('second', between, output)],
    outputs: {
      heatmaps: { map: output, first: 0, channels: K },
      centerMap: { map: output, first: K, channels: 1 },
      offsetMap: { map: output, first: K + 1, channels: 2 * K },
    },
    decoding: PAPER_RULES,
  };
  const weights = new Map<string, WeightTensor>();
  for (const {
    name,
    input: { channels: from },
    output: { channels: to },
  } of network.layers as ConvLayer[]) {
    weights.set(`${name}.weight`, { shape: [to, from, 3, 3], data: new Float32Array(to * from * 9).fill(1 / (from * 9)) });
    weights.set(`${name}.bias`, { shape: [to], data: new Float32Array(to) });
  }
  return { network, weights };
}
