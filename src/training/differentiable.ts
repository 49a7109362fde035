/** The network's operations but for the adaptive convolution, with gradients; maps [B, h, w, C]. */
import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './with-gradient.ts';

/** Without bias; padding (k - 1) / 2. @param filter [k, k, in, out]. */
export function convolve(x: tf.Tensor4D, filter: tf.Tensor4D, stride: number): tf.Tensor4D {
  const side = filter.shape[0];
  const padding = (side - 1) / 2;
  return withGradient(
    [x, filter],
    (map, weights) => tf.conv2d(map as tf.Tensor4D, weights as tf.Tensor4D, stride, padding, 'NHWC', 1, 'floor'),
    (dy, map, weights) => [
      tf.conv2dTranspose(dy, weights as tf.Tensor4D, map.shape as tf.Tensor4D['shape'], stride, padding, 'floor'),
      filterGradient(map as tf.Tensor4D, dy, side, stride),
    ],
  );
}

/** What every tap read, transposed, times what came of it. */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, side: number, stride: number): tf.Tensor4D {
  const [batch, height, width, outChannels] = dy.shape;
  const inChannels = x.shape[3];
  const padding = (side - 1) / 2;
  const padded =
    padding > 0
      ? tf.pad4d(x, [
          [0, 0],
          [padding, padding],
          [padding, padding],
          [0, 0],
        ])
      : x;
  const read = (ky: number, kx: number): tf.Tensor4D =>
    stride === 1
      ? tf.slice4d(padded, [0, ky, kx, 0], [batch, height, width, inChannels])
      : (tf.stridedSlice(
          padded,
          [0, ky, kx, 0],
          [batch, ky + stride * (height - 1) + 1, kx + stride * (width - 1) + 1, inChannels],
          [1, stride, stride, 1],
        ) as tf.Tensor4D);
  const taps = Array.from({ length: side ** 2 }, (_, tap) => read(Math.floor(tap / side), tap % side));
  const columns = taps.length > 1 ? tf.concat4d(taps, 3) : taps[0];
  const cells = batch * height * width;
  const product = tf.matMul(tf.reshape(columns, [cells, -1]), tf.reshape(dy, [cells, outChannels]), true);
  return tf.reshape(product, [side, side, inChannels, outChannels]);
}

/** @param bias [C]. */
export function addBias(x: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  return withGradient(
    [x, bias],
    (map, b) => tf.add(map, b) as tf.Tensor4D,
    (dy) => [tf.clone(dy), tf.sum(dy, [0, 1, 2])],
  );
}

/** Of PyTorch's BatchNorm. */
const EPSILON = 1e-5;

/** Mean and variance of every channel, [C] each. */
export interface Moments {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

export function momentsOf(x: tf.Tensor4D): Moments {
  const mean = tf.mean(x, [0, 1, 2]) as tf.Tensor1D;
  return { mean, variance: tf.mean(tf.squaredDifference(x, mean), [0, 1, 2]) as tf.Tensor1D };
}

/**
 * (x - mean) / √(variance + 1e-5) · scale + shift.
 *
 * @param ofBatch whether the moments are x's own, so that they change with it.
 */
export function normalise(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  moments: Moments,
  ofBatch: boolean,
): tf.Tensor4D {
  const inverse = (variance: tf.Tensor): tf.Tensor => tf.rsqrt(tf.add(variance, EPSILON));
  return withGradient(
    [x, scale, shift],
    (map, factor, offset, mean, variance) =>
      tf.add(tf.mul(tf.sub(map, mean), tf.mul(inverse(variance), factor)), offset) as tf.Tensor4D,
    (dy, map, factor, _offset, mean, variance) => {
      const spread = inverse(variance);
      const standard = tf.mul(tf.sub(map, mean), spread);
      const toShift = tf.sum(dy, [0, 1, 2]);
      const toScale = tf.sum(tf.mul(dy, standard), [0, 1, 2]);
      const count = x.size / x.shape[3];
      const centred = ofBatch ? tf.sub(dy, tf.div(tf.add(toShift, tf.mul(standard, toScale)), count)) : dy;
      return [tf.mul(centred, tf.mul(factor, spread)), toScale, toShift];
    },
    [moments.mean, moments.variance],
  );
}

export function relu(x: tf.Tensor4D): tf.Tensor4D {
  return withGradient(
    [x],
    (map) => tf.relu(map) as tf.Tensor4D,
    (dy, map) => [tf.mul(dy, tf.step(map))],
  );
}

export function add(maps: readonly tf.Tensor4D[]): tf.Tensor4D {
  return withGradient(
    maps,
    (...all) => tf.addN(all) as tf.Tensor4D,
    (dy) => maps.map(() => tf.clone(dy)),
  );
}

export function meanOfMaps(maps: readonly tf.Tensor4D[]): tf.Tensor4D {
  return withGradient(
    maps,
    (...all) => tf.div(tf.addN(all), all.length) as tf.Tensor4D,
    (dy) => maps.map(() => tf.div(dy, maps.length)),
  );
}

/** The channels of all maps one after another. */
export function concat(maps: readonly tf.Tensor4D[]): tf.Tensor4D {
  const channels = maps.map(({ shape }) => shape[3]);
  return withGradient(
    maps,
    (...all) => tf.concat(all, 3) as tf.Tensor4D,
    (dy) => tf.split(dy, channels, 3),
  );
}

/** Channels first..first + count - 1. */
export function channelsOf(x: tf.Tensor4D, first: number, count: number): tf.Tensor4D {
  const rest = x.shape[3] - first - count;
  return withGradient(
    [x],
    (map) => tf.slice4d(map as tf.Tensor4D, [0, 0, 0, first], [-1, -1, -1, count]),
    (dy) => [
      tf.pad4d(dy, [
        [0, 0],
        [0, 0],
        [0, 0],
        [first, rest],
      ]),
    ],
  );
}

/** Every cell `factor` times across and down. */
export function repeat(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  return withGradient(
    [x],
    (map) => tf.image.resizeNearestNeighbor(map as tf.Tensor4D, [x.shape[1] * factor, x.shape[2] * factor]),
    (dy) => [tf.mul(tf.avgPool(dy, factor, factor, 'valid'), factor ** 2)],
  );
}

/** Bilinear upsampling with half-pixel centres. */
export function interpolate(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  const [, height, width] = x.shape;
  return withGradient(
    [x],
    (map) => tf.image.resizeBilinear(map as tf.Tensor4D, [height * factor, width * factor], false, true),
    (dy) => {
      const [batch, tall, wide, channels] = dy.shape;
      const across = tf.matMul(interpolation(width, factor), tf.reshape(dy, [batch * tall, wide, channels]), true);
      const down = tf.matMul(interpolation(height, factor), tf.reshape(across, [batch, tall, width * channels]), true);
      return [tf.reshape(down, [batch, height, width, channels])];
    },
  );
}

/** [1, size · factor, size]: the share of every cell in every cell of the upsampled row. */
function interpolation(size: number, factor: number): tf.Tensor3D {
  const shares = new Float32Array(size * factor * size);
  for (let i = 0; i < size * factor; i++) {
    const place = Math.max((i + 0.5) / factor - 0.5, 0);
    const near = Math.floor(place);
    shares[i * size + near] += 1 - (place - near);
    shares[i * size + Math.min(near + 1, size - 1)] += place - near;
  }
  return tf.tensor3d(shares, [1, size * factor, size]);
}
