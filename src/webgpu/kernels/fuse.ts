import bilinear from '../../../shaders/fuse/bilinear.wgsl?raw';
import nearest from '../../../shaders/fuse/nearest.wgsl?raw';
import { ManyposeError } from '../../errors.ts';
import type { FuseLayer } from '../../network/network.ts';
import type { Kernel } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import type { UnweightedVariant } from './variant.ts';

const kernelOf = (upsampling: FuseLayer['upsampling'], source: string): Kernel => ({
  name: `fuse/${upsampling}`,
  source: [source],
  constants: { THREADS },
  bindings: ['uniform', 'read', 'read', 'read', 'read', 'write'],
});
const KERNELS: Readonly<Record<FuseLayer['upsampling'], Kernel>> = {
  nearest: kernelOf('nearest', nearest),
  bilinear: kernelOf('bilinear', bilinear),
};
/** Inputs that the shader has bindings for. */
const BINDINGS = 4;

export const fuse: UnweightedVariant<FuseLayer> = {
  id: 'plain',
  calls(layer, mapOf) {
    const [inputs, output] = [layer.inputs.map(mapOf), mapOf(layer.output)];
    if (inputs.length < 2 || inputs.length > BINDINGS) {
      throw new ManyposeError('invalid-model', `${layer.name}: expected 2 to ${BINDINGS} inputs, got ${inputs.length}`);
    }
    const { width, height, blocks } = output.shape;
    const bound = Array.from({ length: BINDINGS }, (_, i) => inputs[i] ?? inputs[0]);
    const shifts = bound.map((input) => Math.log2(width / input.shape.width));
    return [
      {
        kernel: KERNELS[layer.upsampling],
        label: layer.name,
        uniforms: uniformBlock([width, height, inputs.length, 0, ...shifts]),
        storage: [...bound.map(({ range }) => range), output.range],
        workgroups: workgroupsFor(width * height, blocks),
      },
    ];
  },
};
