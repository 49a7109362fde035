import { PAPER_RULES } from '../../src/network/decoding-rules.ts';
import type { ConvLayer, MapTensor, Network, NetworkOutputs } from '../../src/network/network.ts';
import type { WeightTensor, Weights } from '../../src/network/weights.ts';
import { COCO } from '../../src/pose.ts';

/** Heatmaps of a network, its center map and offsets are made of the map after the first convolution, or the second. */
export interface TwoConvolutions {
  /** Channels of the two maps, of strides 2 and 4. */
  readonly channels: readonly [number, number];
  readonly outputs: (first: MapTensor, second: MapTensor) => NetworkOutputs;
  /** The i-th weight of a convolution, before the mean is taken over what it adds up. */
  readonly weight: (i: number) => number;
}

/** A network of two convolutions of stride 2 without biases: for tests of what is around a network. */
export function twoConvolutions({ channels, outputs, weight }: TwoConvolutions): { network: Network; weights: Weights } {
  const [input, first, second] = [3, ...channels].map((count, id): MapTensor => {
    return { id, label: `map ${id}`, channels: count, stride: 2 ** id };
  });
  const layers = [conv('first', input, first), conv('second', first, second)];
  const weights = new Map<string, WeightTensor>();
  for (const { name, input: from, output: to } of layers) {
    const terms = from.channels * 9;
    const data = Float32Array.from({ length: to.channels * terms }, (_, i) => weight(i) / terms);
    weights.set(`${name}.weight`, { shape: [to.channels, from.channels, 3, 3], data });
    weights.set(`${name}.bias`, { shape: [to.channels], data: new Float32Array(to.channels) });
  }
  return { network: { keypointSet: COCO, input, layers, outputs: outputs(first, second), decoding: PAPER_RULES }, weights };
}

function conv(name: string, input: MapTensor, output: MapTensor): ConvLayer {
  return { op: 'conv', name, input, output, side: 3, stride: 2, relu: false };
}
