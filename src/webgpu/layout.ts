import type { MapTensor, Network } from '../network/network.ts';

/**
 * How maps lie in GPU memory: [blocks][height][width] of vec4<f32>, four channels in a block, so
 * that one load brings four channels of a cell. The parts of a concatenation each start a block of
 * their own; what is left of a block is 0.
 */
export const LANES = 4;
const BYTES_PER_BLOCK_CELL = 16;

/** Channel counts of the parts of a map, one after another: one part unless it is a concatenation. */
export type Parts = readonly number[];

export function blocksOf(parts: Parts): number {
  return parts.reduce((sum, channels) => sum + Math.ceil(channels / LANES), 0);
}

/** Place of every channel among the lanes of all blocks. */
export function channelPlaces(parts: Parts): number[] {
  const places: number[] = [];
  let first = 0;
  for (const channels of parts) {
    for (let c = 0; c < channels; c++) places.push(first + c);
    first += Math.ceil(channels / LANES) * LANES;
  }
  return places;
}

/** The parts of every map of a network, by map id. */
export function partsOf(network: Pick<Network, 'layers'>): (map: MapTensor) => Parts {
  const concatenated = new Map<number, Parts>();
  const parts = (map: MapTensor): Parts => concatenated.get(map.id) ?? [map.channels];
  for (const layer of network.layers) {
    if (layer.op === 'concat') concatenated.set(layer.output.id, layer.inputs.flatMap(parts));
  }
  return parts;
}

/** A map's extent at one input size. */
export interface MapShape {
  readonly width: number;
  readonly height: number;
  readonly parts: Parts;
  readonly blocks: number;
  readonly bytes: number;
}

export function mapShape(map: MapTensor, parts: Parts, inputWidth: number, inputHeight: number): MapShape {
  const width = Math.ceil(inputWidth / map.stride);
  const height = Math.ceil(inputHeight / map.stride);
  const blocks = blocksOf(parts);
  return { width, height, parts, blocks, bytes: blocks * width * height * BYTES_PER_BLOCK_CELL };
}

/** [channels, height, width] to the GPU's layout. */
export function packMap(planes: Float32Array, { parts, blocks, width, height }: MapShape): Float32Array<ArrayBuffer> {
  const cells = width * height;
  const packed = new Float32Array(blocks * cells * LANES);
  channelPlaces(parts).forEach((place, channel) => {
    const to = Math.floor(place / LANES) * cells * LANES + (place % LANES);
    for (let i = 0; i < cells; i++) packed[to + i * LANES] = planes[channel * cells + i];
  });
  return packed;
}

/** The GPU's layout back to [channels, height, width]. */
export function unpackMap(packed: Float32Array, { parts, width, height }: MapShape): Float32Array {
  const cells = width * height;
  const places = channelPlaces(parts);
  const planes = new Float32Array(places.length * cells);
  places.forEach((place, channel) => {
    const from = Math.floor(place / LANES) * cells * LANES + (place % LANES);
    for (let i = 0; i < cells; i++) planes[channel * cells + i] = packed[from + i * LANES];
  });
  return planes;
}
