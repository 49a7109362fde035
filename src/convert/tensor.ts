import type { WeightTensor } from '../network/weights.ts';
import { decodeFloat16 } from '../model/float16.ts';
import { invalidCheckpoint } from './byte-reader.ts';

export type Dtype = 'float64' | 'float32' | 'float16' | 'bfloat16' | 'int64' | 'int32' | 'int16' | 'int8' | 'uint8' | 'bool';

export const DTYPE_BYTES: Record<Dtype, number> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** A run of numbers in the file that tensors are views of. */
export interface Storage {
  readonly kind: 'storage';
  /** Undefined: a type that no network here has. */
  readonly dtype?: Dtype;
  readonly elementBytes: number;
  /** Names the bytes: an entry of a zip file or a number of the legacy format. */
  readonly key: string;
  /** Elements of the whole storage. */
  readonly length: number;
  /** Where this storage begins, in elements, if it is a view of another (legacy format). */
  readonly start: number;
}

/** A tensor as a pickle describes it: a strided view. Offset and strides in elements. */
export interface StridedTensor {
  readonly kind: 'tensor';
  readonly storage: Storage;
  readonly dtype: Dtype;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/**
 * More numbers than any tensor of these networks by far: strides of 0 can describe a huge tensor in
 * a tiny file.
 */
const MAX_ELEMENTS = 2 ** 27;
const MAX_DIMENSIONS = 8;

/** Checks that a tensor has sizes and strides that make sense; its extent is checked when it is read. */
export function checkTensor(tensor: StridedTensor): StridedTensor {
  const { shape, strides, offset } = tensor;
  if (shape.length > MAX_DIMENSIONS || shape.length !== strides.length) {
    throw invalidCheckpoint(`a tensor of ${shape.length} sizes and ${strides.length} strides`);
  }
  if (![offset, ...shape, ...strides].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw invalidCheckpoint('a tensor with a size, stride or offset that is no natural number');
  }
  if (elementCount(shape) > MAX_ELEMENTS) throw invalidCheckpoint(`a tensor of shape [${shape}] is too large`);
  return tensor;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * The tensor's numbers in C order. `values` are all numbers of its storage's bytes: the very same, not copied, where they
 * are the tensor's. Throws 'invalid-checkpoint' if the view reaches outside of them.
 */
export function readTensor(tensor: StridedTensor, values: Float32Array): WeightTensor {
  const { shape, strides, storage } = tensor;
  const count = elementCount(shape);
  if (count === 0) return { shape, data: new Float32Array() };

  const last = shape.reduce((at, size, axis) => at + (size - 1) * strides[axis], tensor.offset);
  if (last >= storage.length || storage.start + last >= values.length) {
    throw invalidCheckpoint(`a tensor of shape [${shape}] reaches to element ${last} of a storage of ${storage.length}`);
  }
  const first = storage.start + tensor.offset;
  if (isContiguous(shape, strides)) {
    return { shape, data: count === values.length ? values : values.slice(first, first + count) };
  }
  const data = new Float32Array(count);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0, at = first; i < count; i++) {
    data[i] = values[at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= shape[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return { shape, data };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/** Little-endian numbers of any type as float32, rounded where they do not fit. */
export function decodeNumbers(bytes: Uint8Array, dtype: Dtype): Float32Array {
  const whole = Math.floor(bytes.length / DTYPE_BYTES[dtype]) * DTYPE_BYTES[dtype];
  // Copied because a file's numbers need not lie at multiples of their size (and not by slice(),
  // which for Node's Buffer is another view).
  const { buffer } = new Uint8Array(bytes.subarray(0, whole));
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return Float32Array.from(new Float64Array(buffer));
    case 'float16':
      return decodeFloat16(new Uint16Array(buffer));
    case 'bfloat16': {
      // The upper half of a float32.
      const words = Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16);
      return new Float32Array(words.buffer);
    }
    case 'int64': {
      const values = new BigInt64Array(buffer);
      return Float32Array.from({ length: values.length }, (_, i) => Number(values[i]));
    }
    case 'int32':
      return Float32Array.from(new Int32Array(buffer));
    case 'int16':
      return Float32Array.from(new Int16Array(buffer));
    case 'int8':
      return Float32Array.from(new Int8Array(buffer));
    case 'uint8':
    case 'bool':
      return Float32Array.from(new Uint8Array(buffer));
  }
}
