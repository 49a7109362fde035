import source from '../../../shaders/transposed-conv.wgsl?raw';
import type { TransposedConvLayer } from '../../network/network.ts';
import type { Kernel } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import { packMatrices } from './pack-matrices.ts';
import type { WeightedVariant } from './variant.ts';

/** Output blocks per invocation: they share what is read. */
const OUT_BLOCKS = 2;

const kernel: Kernel = {
  name: 'transposed-conv',
  source: [source],
  constants: { THREADS, OUT_BLOCKS },
  bindings: ['uniform', 'read', 'read', 'read', 'write'],
};

export const transposedConv: WeightedVariant<TransposedConvLayer> = {
  id: 'plain',
  pack: (step, weights) => packMatrices(step, weights, { outBlocks: OUT_BLOCKS, outer: 'blocks' }),
  calls(layer, mapOf, { matrices, bias }) {
    const [input, output] = [mapOf(layer.input), mapOf(layer.output)];
    const { width, height, blocks } = output.shape;
    return [
      {
        kernel,
        label: layer.name,
        uniforms: uniformBlock([input.shape.width, input.shape.height, input.shape.blocks, blocks]),
        storage: [input.range, matrices, bias, output.range],
        workgroups: workgroupsFor(width * height, Math.ceil(blocks / OUT_BLOCKS)),
      },
    ];
  },
};
