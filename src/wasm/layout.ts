import type { MapTensor } from '../network/network.ts';
import type { Parts } from '../network/parts.ts';
import { blocksOf } from '../network/parts.ts';
import { PANEL } from './assembly/constants.ts';

/**
 * How maps lie in memory: [height][width][lanes] of f32. All channels of a cell are neighbours, in
 * blocks of eight as the kernels compute them (`network/parts.ts` says which); the rest of a block is 0.
 */
export const LANES = PANEL;

/** A map's extent at one input size. */
export interface MapShape {
  readonly width: number;
  readonly height: number;
  /** Lanes of a cell, a multiple of 8. */
  readonly lanes: number;
  readonly bytes: number;
}

/** A map's place in memory. */
export interface WasmMap extends MapShape {
  readonly address: number;
}

export function mapShape(map: MapTensor, parts: Parts, inputWidth: number, inputHeight: number): MapShape {
  const width = Math.ceil(inputWidth / map.stride);
  const height = Math.ceil(inputHeight / map.stride);
  const lanes = blocksOf(parts, LANES) * LANES;
  return { width, height, lanes, bytes: width * height * lanes * 4 };
}

/** Hands out addresses one after another, each at a cache line. */
export interface Addresses {
  /** The first byte that is not taken. */
  readonly end: number;
  take(bytes: number): number;
}

const CACHE_LINE = 64;

export function addressesFrom(start: number): Addresses {
  let end = start;
  return {
    get end() {
      return end;
    },
    take(bytes) {
      const address = Math.ceil(end / CACHE_LINE) * CACHE_LINE;
      end = address + bytes;
      return address;
    },
  };
}
