import { ManyposeError } from '../errors.ts';
import { crc32 } from '../convert/crc32.ts';

/** A float32 array in C order. */
export interface FloatArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const MAGIC = '\x93NUMPY';

/**
 * Reads a NumPy .npy file of little-endian float32 in C order.
 *
 * @throws ManyposeError `invalid-argument` for anything else.
 */
export function readNpy(file: Uint8Array, name: string): FloatArray {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const refuse = (message: string): ManyposeError => new ManyposeError('invalid-argument', `${name}: ${message}`);
  if (bytes.toString('latin1', 0, 6) !== MAGIC || bytes.length < 12) throw refuse('not a .npy file');
  const long = bytes[6] >= 2;
  const start = long ? 12 : 10;
  const end = start + (long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString('latin1', start, end);
  const type = /'descr': *'([^']*)'/.exec(header)?.[1];
  if (type !== '<f4') throw refuse(`expected little-endian float32 ('<f4'), got '${type ?? 'no type'}'`);
  if (!/'fortran_order': *False/.test(header)) throw refuse('expected C order: save numpy.ascontiguousarray(x)');
  const shape = (/'shape': *\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((size) => size.trim())
    .map(Number);
  const length = shape.reduce((product, size) => product * size, 1);
  if (bytes.length - end !== length * 4) {
    throw refuse(`expected ${length * 4} bytes for shape [${shape}], got ${bytes.length - end}`);
  }
  const data = new Float32Array(length);
  new Uint8Array(data.buffer).set(bytes.subarray(end));
  return { shape, data };
}

function writeNpy({ shape, data }: FloatArray): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  // Header and its ten bytes before it fill a multiple of 64, and end in a newline.
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const preamble = Buffer.alloc(10);
  preamble.write(MAGIC, 'latin1');
  preamble[6] = 1;
  preamble.writeUInt16LE(header.length, 8);
  return Buffer.concat([preamble, Buffer.from(header, 'latin1'), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

/** Writes arrays as a NumPy .npz: a zip of stored .npy files. */
export function writeNpz(arrays: Readonly<Record<string, FloatArray>>): Uint8Array {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, array] of Object.entries(arrays)) {
    const path = Buffer.from(`${name}.npy`);
    const content = writeNpy(array);
    // Version, flags, method, time, date, checksum, sizes, lengths of name and extra field.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(path.length, 22);
    files.push(Buffer.from('PK\x03\x04', 'latin1'), common, path, content);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, path);
    offset += 4 + common.length + path.length + content.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  const count = Object.keys(arrays).length;
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, entries, end]);
}
