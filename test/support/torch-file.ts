import type { WeightTensor } from '../../src/network/weights.ts';
import { bytesOf, op, pickle, zipFile } from './pickle-builder.ts';

/** A state dict of float32 tensors, as torch.save writes it: a zip file, every tensor with a storage of its own. */
export function torchFile(tensors: ReadonlyMap<string, WeightTensor>): Uint8Array {
  const entries: Record<string, Uint8Array> = {};
  const items = [...tensors].flatMap(([name, { shape, data }], index) => {
    entries[`archive/data/${index}`] = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    return [op.text(name), op.tensor(op.storage('FloatStorage', String(index), data.length), 0, [...shape], strides)];
  });
  return zipFile({ 'archive/data.pkl': pickle(op.dict(...items)), 'archive/byteorder': bytesOf('little'), ...entries });
}
