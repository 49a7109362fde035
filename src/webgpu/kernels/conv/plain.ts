import finish from '../../../../shaders/common/finish.wgsl?raw';
import source from '../../../../shaders/conv/plain.wgsl?raw';
import type { ConvLayer } from '../../../network/network.ts';
import type { Kernel } from '../../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../../kernel.ts';
import { packMatrices } from '../pack-matrices.ts';
import type { WeightedVariant } from '../variant.ts';

/** Output blocks, and neighbouring pixels of a row, per invocation. */
const OUT_BLOCKS = 2;
const PIXELS = 4;

const kernel: Kernel = {
  name: 'conv/plain',
  source: [finish, source],
  constants: { THREADS, OUT_BLOCKS, PIXELS },
  bindings: ['uniform', 'read', 'read', 'read', 'read', 'write'],
};

export const plainConv: WeightedVariant<ConvLayer> = {
  id: 'plain',
  pack: (step, weights) => packMatrices(step, weights, { outBlocks: OUT_BLOCKS, outer: 'blocks' }),
  calls(layer, mapOf, { matrices, bias }) {
    const [input, output] = [mapOf(layer.input), mapOf(layer.output)];
    const shortcut = layer.shortcut && mapOf(layer.shortcut);
    const { width, height, blocks } = output.shape;
    return [
      {
        kernel,
        label: layer.name,
        constants: { SIDE: layer.side, STRIDE: layer.stride },
        uniforms: uniformBlock([
          input.shape.width,
          input.shape.height,
          input.shape.blocks,
          width,
          height,
          blocks,
          Number(layer.relu),
          Number(shortcut !== undefined),
        ]),
        // Where there is no shortcut, something must be bound in its place.
        storage: [input.range, matrices, bias, (shortcut ?? input).range, output.range],
        workgroups: workgroupsFor(Math.ceil(width / PIXELS) * height, Math.ceil(blocks / OUT_BLOCKS)),
      },
    ];
  },
};
