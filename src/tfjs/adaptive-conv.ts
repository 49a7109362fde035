import * as tf from '@tensorflow/tfjs-core';

/** Name under which each backend's kernel is registered. */
export const ADAPTIVE_CONV = 'AdaptiveConv';

/** What the kernel of each backend is given; channel counts of each group are multiples of 4. */
export interface AdaptiveConvKernelInputs {
  /** [1, H, W, in]. */
  readonly x: tf.TensorInfo;
  /** [1, H, W, 4 · groups]. */
  readonly transform: tf.TensorInfo;
  /** [1, H, W, 4 · groups]: (y, x) and two lanes without meaning. */
  readonly translation?: tf.TensorInfo;
  /** [3, 3, in of a group, out]. */
  readonly filter: tf.TensorInfo;
  /** [out]. */
  readonly bias: tf.TensorInfo;
  /** [1, H, W, out]. */
  readonly shortcut?: tf.TensorInfo;
}

export interface AdaptiveConvAttrs {
  readonly dilation: number;
  readonly relu: boolean;
  readonly groups: number;
}

export interface AdaptiveConvTensors {
  readonly x: tf.Tensor4D;
  readonly transform: tf.Tensor4D;
  /** [1, H, W, 2 · groups]. */
  readonly translation?: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
  readonly shortcut?: tf.Tensor4D;
}

/**
 * The adaptive convolution on the current backend, channels last (see src/ops/adaptive-conv.ts for
 * the definition). Returns [1, H, W, out].
 */
export function adaptiveConv(tensors: AdaptiveConvTensors, attrs: AdaptiveConvAttrs): tf.Tensor4D {
  const { x, transform, translation, filter, bias, shortcut } = tensors;
  const { groups } = attrs;
  return tf.tidy(() => {
    // The GPU kernels work on four channels of a group at a time.
    const inputs: tf.NamedTensorMap = {
      x: inQuads(x, groups),
      transform,
      filter: filterInQuads(filter, groups),
      bias: tf.reshape(inQuads(tf.reshape(bias, [1, 1, 1, -1]), groups), [-1]),
    };
    if (translation) inputs.translation = inQuads(translation, groups);
    if (shortcut) inputs.shortcut = inQuads(shortcut, groups);
    const out = tf.engine().runKernel(ADAPTIVE_CONV, inputs, { ...attrs }) as tf.Tensor4D;
    const channels = bias.shape[0] / groups;
    if (channels % 4 === 0) return out;
    const [, height, width, padded] = out.shape;
    const grouped = tf.reshape(out, [height * width, groups, padded / groups]) as tf.Tensor3D;
    return tf.reshape(tf.slice3d(grouped, [0, 0, 0], [-1, -1, channels]), [1, height, width, groups * channels]) as tf.Tensor4D;
  });
}

/** Zeros behind each group's channels, up to a multiple of 4. */
function inQuads(x: tf.Tensor, groups: number): tf.Tensor4D {
  const [a, b, c, channels] = x.shape as [number, number, number, number];
  const more = -(channels / groups) & 3;
  if (more === 0) return x as tf.Tensor4D;
  const grouped = tf.reshape(x, [a * b * c, groups, channels / groups]) as tf.Tensor3D;
  return tf.reshape(
    tf.pad3d(grouped, [
      [0, 0],
      [0, 0],
      [0, more],
    ]),
    [a, b, c, channels + groups * more],
  ) as tf.Tensor4D;
}

function filterInQuads(filter: tf.Tensor4D, groups: number): tf.Tensor4D {
  const more = -filter.shape[2] & 3;
  const padded = inQuads(filter, groups);
  return more > 0
    ? tf.pad4d(padded, [
        [0, 0],
        [0, 0],
        [0, more],
        [0, 0],
      ])
    : padded;
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
