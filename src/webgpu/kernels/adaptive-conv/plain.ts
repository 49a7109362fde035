import source from '../../../../shaders/adaptive-conv/plain.wgsl?raw';
import tap from '../../../../shaders/common/adaptive-tap.wgsl?raw';
import finish from '../../../../shaders/common/finish.wgsl?raw';
import type { AdaptiveConvLayer } from '../../../network/network.ts';
import { groupsOf } from '../../../network/network.ts';
import type { Kernel } from '../../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../../kernel.ts';
import { packMatrices } from '../pack-matrices.ts';
import type { WeightedVariant } from '../variant.ts';

/** Output blocks per invocation: they share the sampling. Sixteen channels: a group of the successor's 15 fits. */
const OUT_BLOCKS = 4;

const kernel: Kernel = {
  name: 'adaptive-conv/plain',
  source: [tap, finish, source],
  constants: { THREADS, OUT_BLOCKS },
  bindings: ['uniform', 'read', 'read', 'read', 'read', 'read', 'read', 'write'],
};

export const plainAdaptiveConv: WeightedVariant<AdaptiveConvLayer> = {
  id: 'plain',
  pack: (step, weights) => packMatrices(step, weights, { outBlocks: OUT_BLOCKS, outer: 'taps' }),
  calls(layer, mapOf, weights) {
    const [input, transform, output] = [layer.input, layer.transform, layer.output].map(mapOf);
    const shortcut = layer.shortcut && mapOf(layer.shortcut);
    const translation = layer.translation && mapOf(layer.translation);
    const { width, height, blocks } = output.shape;
    const groups = groupsOf(layer.input);
    return [
      {
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
        workgroups: workgroupsFor(width * height, groups * Math.ceil(blocks / groups / OUT_BLOCKS)),
      },
    ];
  },
};
