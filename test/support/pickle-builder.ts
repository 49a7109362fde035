import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../../src/convert/crc32.ts';

/** Writes pickles and the files around them, good and evil ones, for tests of the reader. */

const encoder = new TextEncoder();

export function bytesOf(...parts: (number | string | Uint8Array)[]): Uint8Array {
  const chunks = parts.map((part) =>
    typeof part === 'number' ? Uint8Array.of(part) : typeof part === 'string' ? encoder.encode(part) : part,
  );
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

export function littleEndian(value: number | bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn));
}

/** Pickle fragments; concatenate them with bytesOf. */
export const op = {
  proto: bytesOf(0x80, 2),
  stop: bytesOf('.'),
  global: (module: string, name: string) => bytesOf('c', module, '\n', name, '\n'),
  text: (value: string) => bytesOf('X', littleEndian(encoder.encode(value).length, 4), value),
  int: (value: number) => bytesOf('J', littleEndian(value, 4)),
  tuple: (...items: Uint8Array[]) => bytesOf('(', ...items, 't'),
  dict: (...items: Uint8Array[]) => bytesOf('}', '(', ...items, 'u'),
  call: (callee: Uint8Array, ...args: Uint8Array[]) => bytesOf(callee, '(', ...args, 't', 'R'),
  storage: (type: string, key: string, length: number, ...view: Uint8Array[]) =>
    bytesOf('(', op.text('storage'), op.global('torch', type), op.text(key), op.text('cpu'), op.int(length), ...view, 't', 'Q'),
  tensor: (storage: Uint8Array, offset: number, shape: number[], strides: number[]) =>
    op.call(
      op.global('torch._utils', '_rebuild_tensor_v2'),
      storage,
      op.int(offset),
      op.tuple(...shape.map(op.int)),
      op.tuple(...strides.map(op.int)),
      bytesOf(0x89),
      op.call(op.global('collections', 'OrderedDict')),
    ),
};

export function pickle(...parts: Uint8Array[]): Uint8Array {
  return bytesOf(op.proto, ...parts, op.stop);
}

/** A file in the format before PyTorch 1.6 around a pickled object. */
export function legacyFile(object: Uint8Array, storages: Record<string, { length: number; bytes: Uint8Array }> = {}): Uint8Array {
  const keys = Object.keys(storages);
  return bytesOf(
    pickle(bytesOf(0x8a, 10, littleEndian(0x1950a86a20f9469cfc6cn, 10))),
    pickle(bytesOf('M', littleEndian(1001, 2))),
    pickle(op.dict(op.text('little_endian'), bytesOf(0x88))),
    object,
    pickle(bytesOf(']', '(', ...keys.map(op.text), 'e')),
    ...keys.flatMap((key) => [littleEndian(storages[key].length, 8), storages[key].bytes]),
  );
}

/** A zip file of stored or deflated entries. `zip64` writes sizes and places the way files beyond 4 GiB have them. */
export function zipFile(entries: Record<string, Uint8Array>, zip64 = false, deflate = false): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, data] of Object.entries(entries)) {
    const packed = deflate ? deflateRawSync(data) : data;
    const method = littleEndian(deflate ? 8 : 0, 2);
    const packedSize = littleEndian(packed.length, 4);
    const size = littleEndian(data.length, 4);
    const crc = littleEndian(crc32(data), 4);
    const nameBytes = encoder.encode(name);
    const lengths = bytesOf(littleEndian(nameBytes.length, 2));
    const local = bytesOf(
      littleEndian(0x04034b50, 4),
      littleEndian(0, 4),
      method,
      littleEndian(0, 4),
      crc,
      packedSize,
      size,
      lengths,
      littleEndian(0, 2),
      nameBytes,
      packed,
    );
    const ones = littleEndian(0xffffffff, 4);
    const extra = zip64
      ? bytesOf(
          littleEndian(1, 2),
          littleEndian(24, 2),
          littleEndian(data.length, 8),
          littleEndian(packed.length, 8),
          littleEndian(at, 8),
        )
      : new Uint8Array();
    directory.push(
      bytesOf(
        littleEndian(0x02014b50, 4),
        littleEndian(0, 6),
        method,
        littleEndian(0, 4),
        crc,
        zip64 ? ones : packedSize,
        zip64 ? ones : size,
        lengths,
        littleEndian(extra.length, 2),
        littleEndian(0, 10),
        zip64 ? ones : littleEndian(at, 4),
        nameBytes,
        extra,
      ),
    );
    parts.push(local);
    at += local.length;
  }
  const central = bytesOf(...directory);
  const count = directory.length;
  const zip64End = zip64
    ? bytesOf(
        littleEndian(0x06064b50, 4),
        littleEndian(44, 8),
        littleEndian(0, 12),
        littleEndian(count, 8),
        littleEndian(count, 8),
        littleEndian(central.length, 8),
        littleEndian(at, 8),
        littleEndian(0x07064b50, 4),
        littleEndian(0, 4),
        littleEndian(at + central.length, 8),
        littleEndian(1, 4),
      )
    : new Uint8Array();
  return bytesOf(
    ...parts,
    central,
    zip64End,
    littleEndian(0x06054b50, 4),
    littleEndian(0, 4),
    littleEndian(zip64 ? 0xffff : count, 2),
    littleEndian(zip64 ? 0xffff : count, 2),
    littleEndian(central.length, 4),
    littleEndian(zip64 ? 0xffffffff : at, 4),
    littleEndian(0, 2),
  );
}
