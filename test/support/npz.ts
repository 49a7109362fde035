/** Reads NumPy's .npz: a zip of .npy arrays, stored or deflated. */
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { decodeFloat16 } from '../../src/model/float16.ts';

export type NpyData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array;

/** An array in C order; float16 comes as float32. */
export interface NpyArray<Data extends NpyData = NpyData> {
  readonly shape: readonly number[];
  readonly data: Data;
}

/** Every array of a .npz by its name without `.npy`. */
export function readNpz(path: string | URL): Map<string, NpyArray> {
  const file = readFileSync(path);
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error(`${path} is not a zip file`);
  const arrays = new Map<string, NpyArray>();
  let at = file.readUInt32LE(end + 16);
  for (let count = file.readUInt16LE(end + 10); count > 0; count--) {
    const method = file.readUInt16LE(at + 10);
    const packed = file.readUInt32LE(at + 20);
    const nameLength = file.readUInt16LE(at + 28);
    const name = file.toString('utf8', at + 46, at + 46 + nameLength);
    const local = file.readUInt32LE(at + 42);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const bytes = file.subarray(start, start + packed);
    if (method !== 0 && method !== 8) throw new Error(`${name}: zip method ${method}`);
    arrays.set(name.replace(/\.npy$/, ''), readNpy(method === 8 ? inflateRawSync(bytes) : bytes, name));
    at += 46 + nameLength + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return arrays;
}

/** One float array of a .npz; throws where it is missing or holds integers. */
export function floatsOf(arrays: ReadonlyMap<string, NpyArray>, name: string): NpyArray<Float32Array> {
  const array = arrays.get(name);
  if (!array) throw new Error(`no array ${name}, only ${[...arrays.keys()].join(', ')}`);
  const { shape, data } = array;
  if (data instanceof Float32Array) return { shape, data };
  if (data instanceof Float64Array) return { shape, data: Float32Array.from(data) };
  throw new Error(`${name} holds integers`);
}

function readNpy(bytes: Buffer, name: string): NpyArray {
  const headerAt = bytes[6] === 1 ? 10 : 12;
  const headerLength = bytes[6] === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const header = bytes.toString('latin1', headerAt, headerAt + headerLength);
  const type = /'descr': *'[<|=]?([a-z]\d+)'/.exec(header)?.[1];
  const shapeText = /'shape': *\(([^)]*)\)/.exec(header)?.[1];
  if (!type || shapeText === undefined || /'fortran_order': *True/.test(header)) {
    throw new Error(`${name}: unsupported header ${header}`);
  }
  const shape = shapeText
    .split(',')
    .filter((size) => size.trim())
    .map(Number);
  const payload = bytes.subarray(headerAt + headerLength);
  const buffer = payload.buffer.slice(payload.byteOffset, payload.byteOffset + payload.length) as ArrayBuffer;
  const data = typed(type, buffer);
  if (!data) throw new Error(`${name}: unsupported type ${type}`);
  if (data.length !== shape.reduce((product, size) => product * size, 1)) {
    throw new Error(`${name}: ${data.length} values for shape [${shape}]`);
  }
  return { shape, data };
}

function typed(type: string, buffer: ArrayBuffer): NpyData | undefined {
  switch (type) {
    case 'f2':
      return decodeFloat16(new Uint16Array(buffer));
    case 'f4':
      return new Float32Array(buffer);
    case 'f8':
      return new Float64Array(buffer);
    case 'i1':
      return new Int8Array(buffer);
    case 'i2':
      return new Int16Array(buffer);
    case 'i4':
      return new Int32Array(buffer);
    case 'i8':
      return new BigInt64Array(buffer);
    case 'b1':
    case 'u1':
      return new Uint8Array(buffer);
    case 'u2':
      return new Uint16Array(buffer);
    case 'u4':
      return new Uint32Array(buffer);
    default:
      return undefined;
  }
}
