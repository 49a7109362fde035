import bindings from '../../../../shaders/common/adaptive-bindings.wgsl?raw';
import tap from '../../../../shaders/common/adaptive-tap.wgsl?raw';
import finish from '../../../../shaders/common/finish.wgsl?raw';
import type { AdaptiveConvLayer } from '../../../network/network.ts';
import { groupsOf } from '../../../network/network.ts';
import type { Constants, GpuWeights, Kernel, KernelCall } from '../../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../../kernel.ts';
import type { MapOf } from '../variant.ts';

/** A variant's kernel: all bind the same. */
export function adaptiveConvKernel(variant: string, source: string, constants: Constants): Kernel {
  return {
    name: `adaptive-conv/${variant}`,
    source: [bindings, tap, finish, source],
    constants: { THREADS, ...constants },
    bindings: ['uniform', 'read', 'read', 'read', 'read', 'read', 'read', 'write'],
  };
}

/** What variants differ in is how much an invocation computes. */
export function adaptiveConvCall(
  kernel: Kernel,
  layer: AdaptiveConvLayer,
  mapOf: MapOf,
  weights: GpuWeights,
  perInvocation: { positions: number; outBlocks: number },
): KernelCall {
  const [input, transform, output] = [layer.input, layer.transform, layer.output].map(mapOf);
  const shortcut = layer.shortcut && mapOf(layer.shortcut);
  const translation = layer.translation && mapOf(layer.translation);
  const { width, height, blocks } = output.shape;
  const groups = groupsOf(layer.input);
  return {
    kernel,
    label: layer.name,
    uniforms: uniformBlock([
      width,
      height,
      input.shape.blocks / groups,
      blocks / groups,
      layer.dilation,
      Number(layer.relu),
      Number(shortcut !== undefined),
      Number(translation !== undefined),
    ]),
    // Where there is no shortcut or translation, something must be bound in its place.
    storage: [
      input.range,
      transform.range,
      weights.matrices,
      weights.bias,
      (shortcut ?? input).range,
      (translation ?? transform).range,
      output.range,
    ],
    workgroups: workgroupsFor(
      Math.ceil((width * height) / perInvocation.positions),
      groups * Math.ceil(blocks / groups / perInvocation.outBlocks),
    ),
  };
}
