import source from '../../../shaders/conv.wgsl?raw';
import type { ConvLayer } from '../../network/network.ts';
import type { GpuMap, GpuWeights, Kernel, KernelCall } from '../kernel.ts';
import { uniformBlock, workgroupsFor } from '../kernel.ts';

const kernel: Kernel = { name: 'conv', source };

/** Output blocks per invocation, which weights and biases are padded to. */
export const CONV_GROUP = 2;
/** Neighbouring pixels of a row per invocation. */
const PIXELS = 4;

export interface ConvOperands {
  readonly input: GpuMap;
  readonly output: GpuMap;
  readonly shortcut?: GpuMap;
  readonly weights: GpuWeights;
}

export function convCall(layer: ConvLayer, { input, output, shortcut, weights }: ConvOperands): KernelCall {
  const { width, height, blocks } = output.shape;
  return {
    kernel,
    label: layer.name,
    constants: [['KERNEL', 'i32', layer.kernel], ['STRIDE', 'i32', layer.stride]],
    uniforms: uniformBlock([
      input.shape.width, input.shape.height, input.shape.blocks,
      width, height, blocks,
      Number(layer.relu), Number(shortcut !== undefined),
    ]),
    // Where there is no shortcut, something must be bound in its place.
    storage: [input.range, weights.matrices, weights.bias, (shortcut ?? input).range, output.range],
    workgroups: workgroupsFor(Math.ceil(width / PIXELS) * height, Math.ceil(blocks / CONV_GROUP)),
  };
}
