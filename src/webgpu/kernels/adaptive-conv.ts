import source from '../../../shaders/adaptive-conv.wgsl?raw';
import type { AdaptiveConvLayer } from '../../network/network.ts';
import type { GpuMap, GpuWeights, Kernel, KernelCall } from '../kernel.ts';
import { uniformBlock, workgroupsFor } from '../kernel.ts';

const kernel: Kernel = { name: 'adaptive-conv', source };

/** Output blocks per invocation, which weights and biases are padded to: they share the sampling. */
export const ADAPTIVE_CONV_GROUP = 4;

export interface AdaptiveConvOperands {
  readonly input: GpuMap;
  /** One block: T as [[yy, yx], [xy, xx]]. */
  readonly transform: GpuMap;
  readonly output: GpuMap;
  readonly shortcut?: GpuMap;
  readonly weights: GpuWeights;
}

export function adaptiveConvCall(layer: AdaptiveConvLayer, operands: AdaptiveConvOperands): KernelCall {
  const { input, transform, output, shortcut, weights } = operands;
  const { width, height, blocks } = output.shape;
  return {
    kernel,
    label: layer.name,
    constants: [],
    uniforms: uniformBlock([
      width, height, input.shape.blocks, blocks,
      layer.dilation, Number(layer.relu), Number(shortcut !== undefined), 0,
    ]),
    storage: [
      input.range, transform.range, weights.matrices, weights.bias, (shortcut ?? input).range, output.range,
    ],
    workgroups: workgroupsFor(width * height, Math.ceil(blocks / ADAPTIVE_CONV_GROUP)),
  };
}
