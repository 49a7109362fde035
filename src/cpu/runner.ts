import type { Layer, MapTensor, Network } from '../network/network.ts';
import { groupsOf } from '../network/network.ts';
import { lastReaders } from '../network/memory-plan.ts';
import type { Weights } from '../network/weights.ts';
import { checkWeights } from '../network/weights.ts';
import { adaptiveConv } from '../ops/adaptive-conv.ts';
import { maximum, mean } from '../ops/cellwise.ts';
import { concat } from '../ops/concat.ts';
import { conv } from '../ops/conv.ts';
import { fuse } from '../ops/fuse.ts';
import { groupConv } from '../ops/group-conv.ts';
import type { Planes } from '../ops/planes.ts';
import { transposedConv } from '../ops/transposed-conv.ts';
import type { InputPlanes, MapsRunner } from '../runtime/maps-runtime.ts';
import { pixelInput } from '../runtime/pixel-input.ts';

/** A page answers a click at least this often while a network runs, in ms. */
const BREATH_MS = 50;

/**
 * Runs a network in plain JavaScript on the operations' references: what every other way to run it
 * is checked against, and the last resort where a page may use neither a GPU nor WebAssembly. Slow:
 * half a minute and more for a frame.
 *
 * @throws ManyposeError `invalid-model` for weights that are not the network's.
 */
export function createCpuRunner(network: Network, weights: Weights): MapsRunner<InputPlanes> {
  checkWeights(network, weights);
  return {
    kind: 'cpu',
    adapter: 'JavaScript',
    input: pixelInput,
    inputOf: (planes) => planes,

    async run(input, kept) {
      const maps = await execute(network, weights, input, kept);
      return kept.map(({ id }) => maps.get(id)!);
    },

    release() {},
    whyLost: () => undefined,
    dispose() {},
  };
}

/** Runs all layers and returns maps by id, holding all but those kept only as long as they are read. */
async function execute(
  network: Network,
  weights: Weights,
  { values, width, height }: InputPlanes,
  kept: readonly MapTensor[],
): Promise<Map<number, Planes>> {
  const lastReader = lastReaders(network.layers, kept);
  const maps = new Map<number, Planes>([[network.input.id, { channels: 3, width, height, values }]]);
  let breathed = performance.now();
  for (const [i, layer] of network.layers.entries()) {
    maps.set(
      layer.output.id,
      runLayer(layer, weights, (map) => maps.get(map.id)!),
    );
    for (const id of maps.keys()) if (lastReader.get(id)! <= i) maps.delete(id);
    if (performance.now() - breathed < BREATH_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    breathed = performance.now();
  }
  return maps;
}

function runLayer(layer: Layer, weights: Weights, mapOf: (map: MapTensor) => Planes): Planes {
  switch (layer.op) {
    case 'conv': {
      const { width, height, values: x } = mapOf(layer.input);
      const { side, stride, relu } = layer;
      const [inChannels, outChannels] = [layer.input.channels, layer.output.channels];
      const values = conv(
        { inChannels, outChannels, width, height, side, stride },
        { x, ...parametersOf(layer.name, weights), shortcut: layer.shortcut && mapOf(layer.shortcut).values, relu },
      );
      return { channels: outChannels, width: width / stride, height: height / stride, values };
    }
    case 'adaptiveConv': {
      const { width, height, values: x } = mapOf(layer.input);
      const [inChannels, outChannels] = [layer.input.channels, layer.output.channels];
      const { dilation } = layer;
      const values = adaptiveConv(
        { inChannels, outChannels, width, height, dilation, groups: groupsOf(layer.input) },
        {
          x,
          transform: mapOf(layer.transform).values,
          translation: layer.translation && mapOf(layer.translation).values,
          ...parametersOf(layer.name, weights),
          shortcut: layer.shortcut && mapOf(layer.shortcut).values,
          relu: layer.relu,
        },
      );
      return { channels: outChannels, width, height, values };
    }
    case 'groupConv': {
      const { width, height, values: x } = mapOf(layer.input);
      const [inChannels, outChannels] = [layer.input.channels, layer.output.channels];
      const values = groupConv(
        { inChannels, outChannels, groups: groupsOf(layer.input), width, height, side: layer.side },
        { x, ...parametersOf(layer.name, weights) },
      );
      return { channels: outChannels, width, height, values };
    }
    case 'transposedConv': {
      const { width, height, values: x } = mapOf(layer.input);
      const [inChannels, outChannels] = [layer.input.channels, layer.output.channels];
      const values = transposedConv({ inChannels, outChannels, width, height }, { x, ...parametersOf(layer.name, weights) });
      return { channels: outChannels, width: 2 * width, height: 2 * height, values };
    }
    case 'fuse':
      return fuse(layer.inputs.map(mapOf), layer.upsampling);
    case 'concat':
      return concat(layer.inputs.map(mapOf));
    case 'mean':
      return mean(layer.inputs.map(mapOf));
    case 'maximum':
      return maximum(layer.inputs.map(mapOf));
    case 'split':
      return mapOf(layer.input);
  }
}

function parametersOf(name: string, weights: Weights): { weight: Float32Array; bias: Float32Array } {
  return { weight: weights.get(`${name}.weight`)!.data, bias: weights.get(`${name}.bias`)!.data };
}
