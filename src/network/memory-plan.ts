import type { Layer, MapTensor } from './network.ts';
import { layerInputs } from './ops.ts';

/** Which of a few shared buffers holds each map. */
export interface MemoryPlan {
  /** Bytes of each buffer. */
  readonly slots: readonly number[];
  /** Index into `slots` by map id. */
  readonly slotOf: ReadonlyMap<number, number>;
}

interface Slot {
  bytes: number;
  free: boolean;
}

/**
 * A kept map never gives its slot back: it takes none that is larger than this many times itself. Keeping the transforms
 * of W32's adaptive convolutions at 512×512, 2 MB, takes 2 MB with this, 16 MB without.
 */
const ROOMIEST = 8;

/**
 * How long each map is needed: by map id, the index of the last layer that reads it (of the layer that
 * makes it, if none does), Infinity for `kept` ones.
 */
export function lastReaders(layers: readonly Layer[], kept: readonly MapTensor[]): Map<number, number> {
  const last = new Map<number, number>();
  layers.forEach((layer, i) => {
    last.set(layer.output.id, i);
    for (const input of layerInputs(layer)) last.set(input.id, i);
  });
  for (const map of kept) last.set(map.id, Infinity);
  return last;
}

/**
 * Gives every map a buffer for as long as something reads it. A map has its buffer to itself while
 * it lives, so no dispatch reads and writes one buffer: WebGPU forbids that even for disjoint ranges.
 *
 * @param given maps that are there before the first layer.
 * @param kept maps that must still be there after the last layer (and `given` ones for the next frame).
 * @param bytesOf size of a map.
 */
export function planMemory(
  layers: readonly Layer[],
  given: readonly MapTensor[],
  kept: readonly MapTensor[],
  bytesOf: (map: MapTensor) => number,
): MemoryPlan {
  const lastReader = lastReaders(layers, kept);
  const slots: Slot[] = [];
  const slotOf = new Map<number, number>();
  const take = (map: MapTensor): void => {
    const bytes = bytesOf(map);
    const slot = bestSlot(slots, bytes, lastReader.get(map.id) === Infinity ? ROOMIEST * bytes : Infinity);
    slots[slot].free = false;
    slotOf.set(map.id, slot);
  };
  for (const map of given) take(map);
  layers.forEach((layer, i) => {
    take(layer.output);
    for (const { id } of [...layerInputs(layer), layer.output]) {
      if (lastReader.get(id) === i) slots[slotOf.get(id)!].free = true;
    }
  });
  return { slots: slots.map(({ bytes }) => bytes), slotOf };
}

/** The smallest free slot that is large enough, else the largest free one, grown; else a new one. None larger than `most`. */
function bestSlot(slots: Slot[], bytes: number, most: number): number {
  let best = -1;
  slots.forEach((slot, i) => {
    if (!slot.free || slot.bytes > most) return;
    const current = slots[best];
    if (!current) best = i;
    else if (current.bytes < bytes ? slot.bytes > current.bytes : slot.bytes >= bytes && slot.bytes < current.bytes) best = i;
  });
  if (best < 0) return slots.push({ bytes, free: false }) - 1;
  slots[best].bytes = Math.max(slots[best].bytes, bytes);
  return best;
}
