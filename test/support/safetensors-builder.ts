import type { WeightTensor } from '../../src/network/weights.ts';
import { bytesOf, littleEndian } from './pickle-builder.ts';

/** A float32 tensor as the format stores it. */
interface Entry {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export function tensorEntries(tensors: ReadonlyMap<string, WeightTensor>): Record<string, Entry> {
  return Object.fromEntries(
    [...tensors].map(([name, { shape, data }]) => [
      name,
      { shape, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) },
    ]),
  );
}

/** A file of the safetensors format, as its library writes it. */
export function safetensorsFile(tensors: Readonly<Record<string, Entry>>): Uint8Array {
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, bytes }]) => [
      name,
      { dtype: 'F32', shape, data_offsets: [at, (at += bytes.length)] },
    ]),
  );
  const text = JSON.stringify({ __metadata__: { format: 'pt' }, ...header });
  const padded = bytesOf(text.padEnd(Math.ceil(text.length / 8) * 8));
  return bytesOf(littleEndian(padded.length, 8), padded, ...Object.values(tensors).map(({ bytes }) => bytes));
}
