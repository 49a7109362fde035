import type { ConcatLayer, ConvLayer, Layer, MapTensor, Network } from './network.ts';
import { outputMaps } from './network.ts';
import { layerInputs } from './ops.ts';
import type { WeightTensor, Weights } from './weights.ts';
import { checkWeights } from './weights.ts';

/** Some channels of a weight tensor's input. */
interface Slice {
  readonly first: number;
  readonly channels: number;
}

/**
 * The same network with the 1×1 convolutions of concatenated branches run per branch, at each one's own resolution: a
 * convolution and bilinear upsampling are both linear and may change places. An eighth of their multiply-adds, and no
 * map holds all branches' channels at the finest stride. Sums are added in another order; nothing else changes.
 *
 * @throws ManyposeError `invalid-model` for weights that are not the network's.
 */
export function perBranch(network: Network, weights: Weights): { network: Network; weights: Weights } {
  checkWeights(network, weights);
  const dissolved = dissolvable(network);
  if (dissolved.size === 0) return { network, weights };
  const layers: Layer[] = [];
  const split = new Map(weights);
  let nextId = 1 + Math.max(...[network.input, ...network.layers.map(({ output }) => output)].map(({ id }) => id));
  const tensor = (label: string, channels: number, stride: number): MapTensor => ({ id: nextId++, label, channels, stride });
  for (const layer of network.layers) {
    if (dissolved.has(layer.output.id)) continue;
    if (layer.op !== 'conv' || !dissolved.has(layer.input.id)) {
      layers.push(layer);
      continue;
    }
    const whole = weights.get(`${layer.name}.weight`)!;
    const bias = weights.get(`${layer.name}.bias`)!;
    /** What maps of one stride give so far: the next one adds to it. */
    const sums = new Map<number, MapTensor>();
    flattened(layer.input, dissolved).forEach(({ map, slice }, i) => {
      const name = `${layer.name} part ${i}`;
      const output = tensor(name, layer.output.channels, map.stride);
      const shortcut = sums.get(map.stride);
      layers.push({ op: 'conv', name, input: map, output, side: 1, stride: 1, relu: false, ...(shortcut && { shortcut }) });
      split.set(`${name}.weight`, sliced(whole, slice));
      split.set(`${name}.bias`, i === 0 ? bias : { ...bias, data: new Float32Array(bias.data.length) });
      sums.set(map.stride, output);
    });
    for (const part of ['weight', 'bias']) split.delete(`${layer.name}.${part}`);
    layers.push({ op: 'fuse', name: layer.name, inputs: [...sums.values()], output: layer.output, upsampling: 'bilinear' });
  }
  return { network: { ...network, layers }, weights: split };
}

/** The concatenations of several strides that nothing but 1×1 convolutions with ReLU reads, by the id of their output. */
function dissolvable(network: Network): Map<number, ConcatLayer> {
  const kept = new Set(outputMaps(network).map(({ id }) => id));
  const dissolved = new Map<number, ConcatLayer>();
  // A concatenation's readers come after it.
  for (const layer of [...network.layers].reverse()) {
    if (layer.op !== 'concat' || kept.has(layer.output.id)) continue;
    const readers = network.layers.filter((other) => layerInputs(other).includes(layer.output));
    if (readers.every((reader) => isMixing(reader) || dissolved.has(reader.output.id))) dissolved.set(layer.output.id, layer);
  }
  for (const [id, { output }] of dissolved) {
    if (new Set(flattened(output, dissolved).map(({ map }) => map.stride)).size === 1) dissolved.delete(id);
  }
  return dissolved;
}

function isMixing(layer: Layer): layer is ConvLayer {
  return layer.op === 'conv' && layer.side === 1 && layer.relu && layer.shortcut === undefined;
}

/** The maps that a concatenation's channels come from, and where in it they lie. */
function flattened(map: MapTensor, dissolved: ReadonlyMap<number, ConcatLayer>): { map: MapTensor; slice: Slice }[] {
  const layer = dissolved.get(map.id);
  if (!layer) return [{ map, slice: { first: 0, channels: map.channels } }];
  let first = 0;
  return layer.inputs.flatMap((input) => {
    const parts = flattened(input, dissolved).map((part) => ({
      map: part.map,
      slice: { ...part.slice, first: first + part.slice.first },
    }));
    first += input.channels;
    return parts;
  });
}

/** Weights [out, in, 1, 1] of some inputs. */
function sliced({ shape: [outs, ins], data }: WeightTensor, { first, channels }: Slice): WeightTensor {
  const some = new Float32Array(outs * channels);
  for (let out = 0; out < outs; out++) {
    const from = out * ins + first;
    some.set(data.subarray(from, from + channels), out * channels);
  }
  return { shape: [outs, channels, 1, 1], data: some };
}
