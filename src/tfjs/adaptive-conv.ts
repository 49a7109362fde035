import * as tf from '@tensorflow/tfjs-core';

/** Name under which each backend's kernel is registered. */
export const ADAPTIVE_CONV = 'AdaptiveConv';

/** What the kernel of each backend is given; channel counts are multiples of 4. */
export interface AdaptiveConvKernelInputs {
  /** [1, H, W, in]. */
  readonly x: tf.TensorInfo;
  /** [1, H, W, 4]. */
  readonly transform: tf.TensorInfo;
  /** [3, 3, in, out]. */
  readonly filter: tf.TensorInfo;
  /** [out]. */
  readonly bias: tf.TensorInfo;
  /** [1, H, W, out]. */
  readonly shortcut?: tf.TensorInfo;
}

export interface AdaptiveConvAttrs {
  readonly dilation: number;
  readonly relu: boolean;
}

export interface AdaptiveConvTensors {
  readonly x: tf.Tensor4D;
  readonly transform: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
  readonly shortcut?: tf.Tensor4D;
}

/**
 * The adaptive convolution on the current backend, channels last (see src/ops/adaptive-conv.ts for
 * the definition). Returns [1, H, W, out].
 */
export function adaptiveConv(tensors: AdaptiveConvTensors, attrs: AdaptiveConvAttrs): tf.Tensor4D {
  const { x, transform, filter, bias, shortcut } = tensors;
  return tf.tidy(() => {
    const outChannels = bias.shape[0];
    // The GPU kernels work on four channels at a time.
    const moreIn = -x.shape[3] & 3;
    const moreOut = -outChannels & 3;
    const inputs: tf.NamedTensorMap = {
      x: padChannels(x, moreIn),
      transform,
      filter:
        moreIn + moreOut > 0
          ? tf.pad4d(filter, [
              [0, 0],
              [0, 0],
              [0, moreIn],
              [0, moreOut],
            ])
          : filter,
      bias: moreOut > 0 ? tf.pad1d(bias, [0, moreOut]) : bias,
    };
    if (shortcut) inputs.shortcut = padChannels(shortcut, moreOut);
    const out = tf.engine().runKernel(ADAPTIVE_CONV, inputs, { ...attrs }) as tf.Tensor4D;
    return moreOut > 0 ? tf.slice4d(out, [0, 0, 0, 0], [-1, -1, -1, outChannels]) : out;
  });
}

function padChannels(x: tf.Tensor4D, more: number): tf.Tensor4D {
  return more > 0
    ? tf.pad4d(x, [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, more],
      ])
    : x;
}

/** Registers a backend's kernel, once. */
export function registerAdaptiveConv(
  backendName: string,
  run: (inputs: AdaptiveConvKernelInputs, attrs: AdaptiveConvAttrs, backend: unknown) => tf.TensorInfo,
): void {
  if (tf.getKernel(ADAPTIVE_CONV, backendName)) return;
  tf.registerKernel({
    kernelName: ADAPTIVE_CONV,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) =>
      run(inputs as unknown as AdaptiveConvKernelInputs, attrs as unknown as AdaptiveConvAttrs, backend),
  });
}
