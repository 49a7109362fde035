import { channelPlaces } from '../network/parts.ts';
import type { MapShape } from './layout.ts';
import { LANES } from './layout.ts';

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
