import type { BufferRange, GpuWeights } from './kernel.ts';
import type { GpuMemory } from './memory.ts';
import type { Packed, PackedWeights } from './kernels/variant.ts';

export interface UploadedWeights {
  of(key: string): GpuWeights;
}

/** Weights are spread over buffers of about this size: one buffer may be at most 256 MiB everywhere. */
const PAGE_BYTES = 64 * 2 ** 20;

/** Uploads packed weights, each under its key. Their numbers are written straight into the GPU's memory. */
export function uploadPacked(memory: GpuMemory, packed: ReadonlyMap<string, PackedWeights>): UploadedWeights {
  const alignment = memory.device.limits.minStorageBufferOffsetAlignment;
  const aligned = ({ bytes }: Packed): number => Math.ceil(bytes / alignment) * alignment;
  const sizeOf = ({ matrices, bias }: PackedWeights): number => aligned(matrices) + aligned(bias);
  const uploaded = new Map<string, GpuWeights>();
  pagesOf([...packed], ([, each]) => sizeOf(each)).forEach((page, i) => {
    const size = page.reduce((sum, [, each]) => sum + sizeOf(each), 0);
    const buffer = memory.buffer({ label: `weights ${i}`, size, usage: GPUBufferUsage.STORAGE, mappedAtCreation: true });
    const mapped = buffer.getMappedRange();
    let offset = 0;
    const place = (part: Packed): BufferRange => {
      const range = { buffer, offset, size: part.bytes };
      part.write(mapped, offset);
      offset += aligned(part);
      return range;
    };
    for (const [key, { matrices, bias }] of page) uploaded.set(key, { matrices: place(matrices), bias: place(bias) });
    buffer.unmap();
  });
  return { of: (key) => uploaded.get(key)! };
}

/** Items in order, as many to a page as fit; one that is larger than a page has a page of its own. */
function pagesOf<Item>(items: readonly Item[], sizeOf: (item: Item) => number): Item[][] {
  const pages: Item[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    const more = sizeOf(item);
    if (bytes + more > PAGE_BYTES) {
      pages.push([]);
      bytes = 0;
    }
    pages.at(-1)!.push(item);
    bytes += more;
  }
  return pages;
}
