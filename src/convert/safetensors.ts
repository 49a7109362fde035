import type { CheckpointFile } from './checkpoint-file.ts';
import type { PickleValue } from './pickle.ts';
import type { Dtype, StridedTensor } from './tensor.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import { printable } from '../printable.ts';
import { byteReader, invalidCheckpoint } from './byte-reader.ts';
import { checkTensor, DTYPE_BYTES, elementCount } from './tensor.ts';

const DTYPES: Record<string, Dtype> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};
/** Ten times what a network of a thousand layers needs; a header is held as text and as objects. */
const MAX_HEADER_BYTES = 4 * 2 ** 20;

/**
 * A file of the safetensors format: the header's length (8 bytes), the header (JSON: each tensor's type, shape and
 * place), the tensors in C order. Tensors of types that no network here has are read past.
 */
export function readSafetensors(bytes: Uint8Array): CheckpointFile {
  const reader = byteReader(bytes);
  const headerBytes = reader.uint64();
  if (headerBytes > MAX_HEADER_BYTES) throw invalidCheckpoint(`safetensors: a header of ${headerBytes} bytes`);
  const header = parse(reader.take(headerBytes));
  const data = bytes.subarray(reader.position());
  const places = new Map<string, Uint8Array>();
  const root = new Map<PickleValue, PickleValue>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const tensor = tensorOf(name, entry);
    if (!tensor) continue;
    places.set(name, data.subarray(...range(name, entry, data.length)));
    const expected = elementCount(tensor.shape) * tensor.storage.elementBytes;
    if (places.get(name)!.length !== expected) {
      throw invalidCheckpoint(
        `safetensors: ${printable(name)} of shape [${tensor.shape}] has ${places.get(name)!.length} bytes, not ${expected}`,
      );
    }
    root.set(name, tensor);
  }
  return { root, bytes: bytes.length, storageBytes: ({ key }) => places.get(key)! };
}

function parse(text: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(text));
  } catch (cause) {
    throw new ManyposeError('invalid-checkpoint', `safetensors: a header that is no JSON: ${printable(messageOf(cause))}`, {
      cause,
    });
  }
  return object(header, 'the header');
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidCheckpoint(`safetensors: ${what} is no object`);
  return value as Record<string, unknown>;
}

function tensorOf(name: string, entry: unknown): StridedTensor | undefined {
  const { dtype: type, shape } = object(entry, printable(name));
  if (typeof type !== 'string' || !isCounts(shape))
    throw invalidCheckpoint(`safetensors: ${printable(name)} has no type or shape`);
  if (!Object.hasOwn(DTYPES, type)) return undefined;
  const dtype = DTYPES[type];
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const length = elementCount(shape);
  return checkTensor({
    kind: 'tensor',
    dtype,
    offset: 0,
    shape,
    strides,
    storage: { kind: 'storage', dtype, elementBytes: DTYPE_BYTES[dtype], key: name, length, start: 0 },
  });
}

function range(name: string, entry: unknown, length: number): [start: number, end: number] {
  const { data_offsets: offsets } = object(entry, printable(name));
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1] || offsets[1] > length) {
    throw invalidCheckpoint(`safetensors: ${printable(name)} lies outside the file's ${length} bytes; is it cut short?`);
  }
  return [offsets[0], offsets[1]];
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 64 && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
