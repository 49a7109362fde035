import { createContext, runInContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Frame, ImageInput, PixelData, TensorLike } from '../../src/frame.ts';
import { frameOf } from '../../src/frame.ts';
import { unusableImage } from '../../src/image-faults.ts';
import { pixelsOfTensor } from '../../src/tensor-pixels.ts';

const otherRealm = createContext({});
/** A value of another realm, as a `vm` context, Jest and an iframe make them. */
const foreign = (code: string): unknown => runInContext(code, otherRealm);
const frame = (image: unknown): Frame => {
  const found = frameOf(image as Exclude<ImageInput, TensorLike>);
  if ('fault' in found) throw unusableImage(found);
  return found;
};
const refused = (message: string) =>
  expect.objectContaining({ code: 'invalid-image', message: expect.stringContaining(message) as string });

describe('pixel data', () => {
  const bytes = (width: number, height: number) => Uint8Array.from({ length: 4 * width * height }, (_, i) => i % 251);
  const valuesOf = ({ source }: { source: unknown }): number[] => [...(source as PixelData).data];

  it.each<[string, unknown]>([
    ['a clamped array', { data: new Uint8ClampedArray(bytes(3, 2)), width: 3, height: 2 }],
    ['bytes', { data: bytes(3, 2), width: 3, height: 2 }],
    ['a buffer of Node', { data: Buffer.from(bytes(3, 2)), width: 3, height: 2 }],
    ['a part of some memory', { data: new Uint8Array([9, 9, ...bytes(3, 2), 9].slice(0)).subarray(2, 26), width: 3, height: 2 }],
    [
      'memory shared among threads',
      {
        data: (() => {
          const shared = new Uint8ClampedArray(new SharedArrayBuffer(24));
          shared.set(bytes(3, 2));
          return shared;
        })(),
        width: 3,
        height: 2,
      },
    ],
    [
      'memory that can grow',
      {
        data: (() => {
          const data = new Uint8Array(
            new (ArrayBuffer as unknown as new (n: number, o: object) => ArrayBuffer)(24, { maxByteLength: 99 }),
          );
          data.set(bytes(3, 2));
          return data;
        })(),
        width: 3,
        height: 2,
      },
    ],
    ['another realm', foreign('({ data: Uint8ClampedArray.from({ length: 24 }, (_, i) => i % 251), width: 3, height: 2 })')],
    [
      'memory of another realm, shared among threads',
      foreign('({ data: new Uint8Array(new SharedArrayBuffer(24)).map((_, i) => i % 251), width: 3, height: 2 })'),
    ],
  ])('may be %s', (_, image) => {
    const found = frame(image);
    expect([found.width, found.height]).toEqual([3, 2]);
    expect(valuesOf(found)).toEqual([...bytes(3, 2)]);
    // What GPUs take: other memory is copied, what may stay is not.
    const { buffer } = (found.source as PixelData).data;
    expect(Object.prototype.toString.call(buffer)).toBe('[object ArrayBuffer]');
    expect((buffer as { resizable?: boolean }).resizable ?? false).toBe(false);
  });

  it('is not copied where it can stay', () => {
    const data = bytes(3, 2);
    expect((frame({ data, width: 3, height: 2 }).source as PixelData).data).toBe(data);
  });

  it.each<[unknown, string]>([
    [{ data: bytes(9, 100), width: '9', height: '100' }, "a whole number of pixels as width and height, got '9'"],
    [{ data: bytes(3, 2), width: 3, height: '2' }, "got '2'"],
    [{ data: bytes(3, 2), width: 1.5, height: 4 }, 'got 1.5'],
    [{ data: bytes(3, 2), width: 3 }, 'got undefined'],
    [{ data: bytes(3, 2), width: Infinity, height: 1 }, 'got Infinity'],
    [{ data: bytes(3, 2), width: 3n, height: 2n }, 'got 3'],
    [{ data: bytes(3, 2), width: null, height: 2 }, 'got null'],
    [{ data: bytes(3, 2), width: Symbol('3'), height: 2 }, 'got Symbol(3)'],
    [{ data: bytes(3, 2), width: -3, height: -2 }, 'has no pixels: its size is -3×-2'],
    [{ data: new Uint8Array(0), width: 0, height: 0 }, 'has no pixels'],
    [{ data: bytes(3, 2), width: Number.NaN, height: 2 }, 'has no pixels'],
    [{ data: bytes(3, 2).subarray(1), width: 3, height: 2 }, 'expected 24 bytes of RGBA for 3×2 pixels, got 23'],
    [{ data: new Uint8Array(18), width: 3, height: 2 }, 'got 18'],
    [{ data: new Uint8Array(0), width: 3, height: 2 }, 'got 0 (was its memory transferred?)'],
    [{ data: new Float32Array(24), width: 3, height: 2 }, 'in a Uint8ClampedArray or Uint8Array, got Float32Array'],
    [{ data: new Uint16Array(24), width: 3, height: 2 }, 'got Uint16Array'],
    [{ data: Array.from(bytes(3, 2)), width: 3, height: 2 }, 'got Array'],
    [{ data: new ArrayBuffer(24), width: 3, height: 2 }, 'got ArrayBuffer'],
    [{ data: new DataView(new ArrayBuffer(24)), width: 3, height: 2 }, 'got DataView'],
    [{ data: null, width: 3, height: 2 }, 'got null'],
    [{ data: { length: 24, [Symbol.toStringTag]: 'Uint8Array' }, width: 3, height: 2 }, 'got Uint8Array'],
  ])('may not be %o', (image, message) => expect(() => frame(image)).toThrow(refused(message)));
});

describe('what is no image', () => {
  const broken = {
    get data(): never {
      throw new TypeError('no');
    },
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined is not an image: expected a video, image, canvas'],
    ['null', null, 'null is not an image'],
    ['an address', 'photo.jpg', 'a text is not an image'],
    ['a number', 7, '7 is not an image'],
    ['a file', new File([], 'photo.jpg'), 'a File (await createImageBitmap(it) makes it one) is not an image'],
    ['a blob', new Blob([]), 'a Blob (await createImageBitmap(it) makes it one) is not an image'],
    ['bytes alone', new Uint8Array(16), 'this Uint8Array is not an image'],
    ['an object', {}, 'this Object is not an image'],
    ['what throws', broken, 'the image cannot be read: no'],
    ['a revoked proxy', revoked.proxy, 'the image cannot be read'],
    ['what only says that it is a canvas', { [Symbol.toStringTag]: 'HTMLCanvasElement' }, 'got undefined'],
    ['a loose video', { [Symbol.toStringTag]: 'HTMLVideoElement', videoWidth: '9', videoHeight: 9 }, "got '9'"],
  ])('is %s', (_, image, message) => expect(() => frame(image)).toThrow(refused(message)));
});

describe('tensors', () => {
  beforeAll(() => tf.setBackend('cpu'));
  const pixels = (tensor: unknown) => pixelsOfTensor(tensor as TensorLike);

  it('of one, three and four channels', async () => {
    expect(await pixels(tf.tensor3d([10, 20], [1, 2, 1], 'int32'))).toEqual({
      data: Uint8ClampedArray.of(10, 10, 10, 255, 20, 20, 20, 255),
      width: 2,
      height: 1,
    });
    expect((await pixels(tf.tensor3d([10.6, 20.4, 300], [1, 1, 3]))).data).toEqual(Uint8ClampedArray.of(11, 20, 255, 255));
    expect((await pixels(tf.tensor3d([1, 2, 3, 4], [1, 1, 4], 'int32'))).data).toEqual(Uint8ClampedArray.of(1, 2, 3, 255));
  });

  it.each([
    ['black', [0, 0, 0]],
    ['whole shades of next to nothing', [0, 1, 1]],
  ])('that are %s', async (_, values) => {
    expect((await pixels(tf.tensor3d(values, [1, 1, 3]))).data).toEqual(Uint8ClampedArray.of(...values, 255));
  });

  it.each<[string, () => unknown, string]>([
    ['of 0 to 1', () => tf.tensor3d([0, 0.5, 1], [1, 1, 3]), 'from 0 to 255, got 0 to 1: pass tensor.mul(255)'],
    ['of -1 to 1', () => tf.tensor3d([-1, 0.5, 1], [1, 1, 3]), 'got -1 to 1: pass tensor.add(1).mul(127.5)'],
    ['of infinities', () => tf.tensor3d([0, Infinity, 1], [1, 1, 3]), 'values that are not finite'],
    ['of two channels', () => tf.tensor3d([1, 2], [1, 1, 2]), 'expected a tensor of shape [height, width, 1 | 3 | 4]'],
    ['of a batch', () => tf.tensor4d([1, 2, 3], [1, 1, 1, 3]), 'got [1, 1, 1, 3]'],
    ['without values', () => tf.tensor3d([], [0, 4, 3]), 'the tensor has no pixels: its shape is [0, 4, 3]'],
    ['of booleans', () => tf.tensor3d([true, false, true], [1, 1, 3], 'bool'), 'got one of type bool'],
    ['of texts', () => tf.tensor3d(['a', 'b', 'c'], [1, 1, 3], 'string'), 'got one of type string'],
    ['disposed', () => disposed(), "the tensor's values cannot be read: Tensor is disposed"],
    [
      'too short for its shape',
      () => ({ shape: [1, 1, 3], dtype: 'int32', data: async () => [1, 2] }),
      'expected 3 values in a tensor [1, 1, 3], got 2',
    ],
  ])('%s are refused', (_, tensor, message) => expect(pixels(tensor())).rejects.toEqual(refused(message)));

  function disposed(): tf.Tensor {
    const tensor = tf.tensor3d([1, 2, 3], [1, 1, 3]);
    tensor.dispose();
    return tensor;
  }
});
