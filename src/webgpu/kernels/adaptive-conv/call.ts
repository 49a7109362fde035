import type { AdaptiveConvLayer, MapTensor } from '../../../network/network.ts';
import { groupsOf } from '../../../network/network.ts';
import type { GpuMap, GpuWeights, Kernel, KernelCall } from '../../kernel.ts';
import { uniformBlock, workgroupsFor } from '../../kernel.ts';

/** Whether a layer is of one group and without translation: the plain variant alone runs the others. */
export function isUngrouped({ input, translation }: AdaptiveConvLayer): boolean {
  return groupsOf(input) === 1 && translation === undefined;
}

/** What all special variants bind: they differ in how much an invocation computes. */
export function adaptiveConvCall(
  kernel: Kernel,
  layer: AdaptiveConvLayer,
  mapOf: (map: MapTensor) => GpuMap,
  weights: GpuWeights,
  perInvocation: { positions: number; outBlocks: number },
): KernelCall {
  const [input, transform, output] = [layer.input, layer.transform, layer.output].map(mapOf);
  const shortcut = layer.shortcut && mapOf(layer.shortcut);
  const { width, height, blocks } = output.shape;
  return {
    kernel,
    label: layer.name,
    uniforms: uniformBlock([
      width,
      height,
      input.shape.blocks,
      blocks,
      layer.dilation,
      Number(layer.relu),
      Number(shortcut !== undefined),
      0,
    ]),
    // Where there is no shortcut, something must be bound in its place.
    storage: [input.range, transform.range, weights.matrices, weights.bias, (shortcut ?? input).range, output.range],
    workgroups: workgroupsFor(Math.ceil((width * height) / perInvocation.positions), Math.ceil(blocks / perInvocation.outBlocks)),
  };
}
