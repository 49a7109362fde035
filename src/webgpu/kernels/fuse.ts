import bilinear from '../../../shaders/fuse/bilinear.wgsl?raw';
import nearest from '../../../shaders/fuse/nearest.wgsl?raw';
import shape from '../../../shaders/fuse/shape.wgsl?raw';
import type { FuseLayer } from '../../network/network.ts';
import type { Kernel } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import { JOINING_BINDINGS, joinedInputs, joinedMaps } from './joined-inputs.ts';
import type { UnweightedVariant } from './variant.ts';

const kernelOf = (upsampling: FuseLayer['upsampling'], source: string): Kernel => ({
  name: `fuse/${upsampling}`,
  source: [shape, joinedMaps, source],
  constants: { THREADS },
  bindings: JOINING_BINDINGS,
});
const KERNELS: Readonly<Record<FuseLayer['upsampling'], Kernel>> = {
  nearest: kernelOf('nearest', nearest),
  bilinear: kernelOf('bilinear', bilinear),
};

export const fuse: UnweightedVariant<FuseLayer> = {
  id: 'plain',
  calls(layer, mapOf) {
    const [bound, output] = [joinedInputs(layer, mapOf), mapOf(layer.output)];
    const { width, height, blocks } = output.shape;
    const shifts = bound.map((input) => Math.log2(width / input.shape.width));
    return [
      {
        kernel: KERNELS[layer.upsampling],
        label: layer.name,
        uniforms: uniformBlock([width, height, layer.inputs.length, 0, ...shifts]),
        storage: [...bound.map(({ range }) => range), output.range],
        workgroups: workgroupsFor(width * height, blocks),
      },
    ];
  },
};
