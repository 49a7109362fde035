import * as tf from '@tensorflow/tfjs-core';
import { TAPS } from '../ops/sampling.ts';
import type { SampledShape } from './sampled-columns.ts';
import { samplingByOperations, samplingInMemory } from './sampling.ts';
import { withGradient } from './with-gradient.ts';

/** Backends whose numbers are at hand: there a plain loop is ten times as fast as gathering and multiplying. */
const IN_MAIN_MEMORY: ReadonlySet<string> = new Set(['cpu', 'wasm']);

/**
 * The adaptive convolution (definition: src/ops/adaptive-conv.ts) without bias, with the gradients of the
 * map, the transforms and the weights. It holds what all nine taps read, which the kernels for inference
 * never do.
 *
 * @param x [B, H, W, in].
 * @param transform [B, H, W, 4].
 * @param filter [3, 3, in, out].
 * @returns [B, H, W, out].
 */
export function adaptiveConvolve(x: tf.Tensor4D, transform: tf.Tensor4D, filter: tf.Tensor4D, dilation: number): tf.Tensor4D {
  const [batch, height, width, inChannels] = x.shape;
  const outChannels = filter.shape[3];
  const cells = batch * height * width;
  const shape: SampledShape = { batch, height, width, channels: inChannels, dilation };
  const sampling = IN_MAIN_MEMORY.has(tf.getBackend()) ? samplingInMemory : samplingByOperations;
  const flatFilter = (weights: tf.Tensor): tf.Tensor2D => tf.reshape(weights, [TAPS * inChannels, outChannels]);

  return withGradient(
    [x, transform, filter],
    (map, transforms, weights) => {
      const product = tf.matMul(sampling(map, transforms, shape).columns(), flatFilter(weights));
      return tf.reshape(product, [batch, height, width, outChannels]) as tf.Tensor4D;
    },
    (dy, map, transforms, weights) => {
      const { columns, gradients } = sampling(map, transforms, shape);
      const answers = tf.reshape(dy, [cells, outChannels]);
      const toFilter = tf.matMul(columns(), answers, true);
      const [toMap, toTransform] = gradients(tf.matMul(answers, flatFilter(weights), false, true));
      return [tf.reshape(toMap, map.shape), tf.reshape(toTransform, transforms.shape), tf.reshape(toFilter, weights.shape)];
    },
  );
}
