import * as tf from '@tensorflow/tfjs-core';

/**
 * An operation that brings its gradient along. TensorFlow.js' core has none of its own in Node (they are in
 * files of their own, as ES modules that Node refuses), and some it lacks: bilinear upsampling with
 * half-pixel centres, sampling at places that are learned.
 *
 * @param backward the gradients of all inputs, from that of the output.
 * @param constants what both also get, after the inputs, and has no gradient.
 */
export function withGradient<Out extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => Out,
  backward: (dy: Out, ...inputs: tf.Tensor[]) => tf.Tensor[],
  constants: readonly tf.Tensor[] = [],
): Out {
  return tf.customGrad((...all) => {
    const save = all.pop() as tf.GradSaveFunc;
    const given = [...(all as tf.Tensor[]), ...constants];
    // Kept for the way back: what was made on the way here is gone by then.
    save(given);
    return { value: forward(...given), gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward(dy as Out, ...saved) };
  })(...inputs) as Out;
}
