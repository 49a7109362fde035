import type { MapTensor, Network, WeightedLayer } from '../network/network.ts';
import { kernelOf } from '../network/network.ts';
import type { Parts } from '../network/parts.ts';
import { blocksOf, channelPlaces, partsOf } from '../network/parts.ts';
import type { Weights } from '../network/weights.ts';
import { checkWeights, weightedLayers } from '../network/weights.ts';
import type { BufferRange, GpuWeights } from './kernel.ts';
import { ADAPTIVE_CONV_GROUP } from './kernels/adaptive-conv.ts';
import { CONV_GROUP } from './kernels/conv.ts';
import { LANES } from './layout.ts';

export interface UploadedWeights {
  of(layer: WeightedLayer): GpuWeights;
  destroy(): void;
}

/** Weights are spread over buffers of about this size: one buffer may be at most 256 MiB everywhere. */
const PAGE_BYTES = 64 * 2 ** 20;
const FLOATS_PER_MATRIX = 16;

interface Packing {
  readonly layer: WeightedLayer;
  readonly group: number;
  readonly groups: number;
  readonly inBlocks: number;
  readonly taps: number;
  /** Where each input channel lies among the lanes. */
  readonly places: readonly number[];
  readonly matrixFloats: number;
  readonly biasFloats: number;
}

/**
 * Packs a network's weights for its shaders and uploads them.
 *
 * @throws ManyposeError `invalid-model` if a tensor is missing or has another shape than the network's.
 */
export function uploadWeights(device: GPUDevice, network: Pick<Network, 'layers'>, weights: Weights): UploadedWeights {
  checkWeights(network, weights);
  const alignment = device.limits.minStorageBufferOffsetAlignment;
  const aligned = (floats: number): number => Math.ceil((floats * 4) / alignment) * alignment;
  const parts = partsOf(network);
  const uploaded = new Map<string, GpuWeights>();
  const buffers: GPUBuffer[] = [];

  for (const page of pages(weightedLayers(network).map((layer) => packingOf(layer, parts)), aligned)) {
    const size = page.reduce((sum, packing) => sum + aligned(packing.matrixFloats) + aligned(packing.biasFloats), 0);
    const buffer = device.createBuffer({
      label: `weights ${buffers.length}`, size, usage: GPUBufferUsage.STORAGE, mappedAtCreation: true,
    });
    buffers.push(buffer);
    const mapped = buffer.getMappedRange();
    let offset = 0;
    const place = (floats: number): { range: BufferRange; view: Float32Array } => {
      const range = { buffer, offset, size: floats * 4 };
      const view = new Float32Array(mapped, offset, floats);
      offset += aligned(floats);
      return { range, view };
    };
    for (const packing of page) {
      const { name } = packing.layer;
      const matrices = place(packing.matrixFloats);
      packMatrices(packing, weights.get(`${name}.weight`)!.data, matrices.view);
      const bias = place(packing.biasFloats);
      bias.view.set(weights.get(`${name}.bias`)!.data);
      uploaded.set(name, { matrices: matrices.range, bias: bias.range });
    }
    buffer.unmap();
  }

  return {
    of: (layer) => uploaded.get(layer.name)!,
    destroy: () => buffers.forEach((buffer) => buffer.destroy()),
  };
}

function packingOf(layer: WeightedLayer, partsOfMap: (map: MapTensor) => Parts): Packing {
  const group = layer.op === 'conv' ? CONV_GROUP : ADAPTIVE_CONV_GROUP;
  const groups = Math.ceil(layer.output.channels / (LANES * group));
  const parts = partsOfMap(layer.input);
  const inBlocks = blocksOf(parts, LANES);
  const taps = kernelOf(layer) ** 2;
  return {
    layer, group, groups, inBlocks, taps,
    places: channelPlaces(parts, LANES),
    matrixFloats: groups * inBlocks * taps * group * FLOATS_PER_MATRIX,
    biasFloats: groups * group * LANES,
  };
}

function pages(packings: readonly Packing[], aligned: (floats: number) => number): Packing[][] {
  const all: Packing[][] = [];
  let bytes = Infinity;
  for (const packing of packings) {
    const more = aligned(packing.matrixFloats) + aligned(packing.biasFloats);
    if (bytes + more > PAGE_BYTES) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)!.push(packing);
    bytes += more;
  }
  return all;
}

/**
 * Weights [out, in, k, k] as matrices whose columns are input channels and rows output channels. A
 * convolution goes through its input blocks and reads all taps of each; an adaptive one samples a
 * tap's place in all input blocks before it goes on.
 */
function packMatrices(packing: Packing, weights: Float32Array, out: Float32Array): void {
  const { layer, group, inBlocks, taps, places } = packing;
  const tapStep = layer.op === 'conv' ? 1 : inBlocks;
  const blockStep = layer.op === 'conv' ? taps : 1;
  let from = 0;
  for (let o = 0; o < layer.output.channels; o++) {
    const outBlock = Math.floor(o / LANES);
    const first = Math.floor(outBlock / group) * inBlocks * taps;
    for (const place of places) {
      const inBlock = Math.floor(place / LANES);
      const element = (outBlock % group) * FLOATS_PER_MATRIX + (place % LANES) * LANES + (o % LANES);
      for (let tap = 0; tap < taps; tap++) {
        const matrix = (first + inBlock * blockStep + tap * tapStep) * group;
        out[matrix * FLOATS_PER_MATRIX + element] = weights[from++];
      }
    }
  }
}
