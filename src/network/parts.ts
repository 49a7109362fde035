import type { MapTensor, Network } from './network.ts';
import { groupsOf } from './network.ts';

/**
 * How channels lie in blocks of a few lanes, as kernels that work on several channels at once store
 * them. The parts of a concatenation and a map's groups each start a block of their own; what is left of a block is 0.
 * Here: channel counts of the parts of a map, one after another; one part unless it is a concatenation or in groups.
 */
export type Parts = readonly number[];

/** Blocks of `lanes` channels that a map takes. */
export function blocksOf(parts: Parts, lanes: number): number {
  return parts.reduce((sum, channels) => sum + Math.ceil(channels / lanes), 0);
}

/** Place of every channel among the lanes of all blocks. */
export function channelPlaces(parts: Parts, lanes: number): number[] {
  const places: number[] = [];
  let first = 0;
  for (const channels of parts) {
    for (let c = 0; c < channels; c++) places.push(first + c);
    first += Math.ceil(channels / lanes) * lanes;
  }
  return places;
}

/** The parts of every map of a network, by map. */
export function partsOf(network: Pick<Network, 'layers'>): (map: MapTensor) => Parts {
  const concatenated = new Map<number, Parts>();
  const parts = (map: MapTensor): Parts => concatenated.get(map.id) ?? partsOfGroups(map);
  for (const layer of network.layers) {
    if (layer.op === 'concat') concatenated.set(layer.output.id, layer.inputs.flatMap(parts));
  }
  return parts;
}

function partsOfGroups(map: MapTensor): Parts {
  const groups = groupsOf(map);
  return Array.from({ length: groups }, () => map.channels / groups);
}
