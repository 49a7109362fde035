import type { MapTensor } from '../network/network.ts';
import type { Parts } from '../network/parts.ts';
import { blocksOf, channelPlaces } from '../network/parts.ts';

/**
 * How maps lie in GPU memory: [blocks][height][width] of vec4<f32>, four channels in a block, so
 * that one load brings four channels of a cell (`network/parts.ts` says which).
 */
export const LANES = 4;
const BYTES_PER_BLOCK_CELL = 16;

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
  const blocks = blocksOf(parts, LANES);
  return { width, height, parts, blocks, bytes: blocks * width * height * BYTES_PER_BLOCK_CELL };
}

/** [channels, height, width] to the GPU's layout. */
export function packMap(planes: Float32Array, { parts, blocks, width, height }: MapShape): Float32Array<ArrayBuffer> {
  const cells = width * height;
  const packed = new Float32Array(blocks * cells * LANES);
  channelPlaces(parts, LANES).forEach((place, channel) => {
    const to = Math.floor(place / LANES) * cells * LANES + (place % LANES);
    for (let i = 0; i < cells; i++) packed[to + i * LANES] = planes[channel * cells + i];
  });
  return packed;
}

/** The GPU's layout back to [channels, height, width]. */
export function unpackMap(packed: Float32Array, { parts, width, height }: MapShape): Float32Array {
  const cells = width * height;
  const places = channelPlaces(parts, LANES);
  const planes = new Float32Array(places.length * cells);
  places.forEach((place, channel) => {
    const from = Math.floor(place / LANES) * cells * LANES + (place % LANES);
    for (let i = 0; i < cells; i++) planes[channel * cells + i] = packed[from + i * LANES];
  });
  return planes;
}
