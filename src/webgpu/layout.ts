import type { MapTensor } from '../network/network.ts';
import type { Parts } from '../network/parts.ts';
import { blocksOf } from '../network/parts.ts';

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
