import source from '../../../shaders/mean.wgsl?raw';
import { ManyposeError } from '../../errors.ts';
import type { MeanLayer } from '../../network/network.ts';
import type { Kernel } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import type { UnweightedVariant } from './variant.ts';

const kernel: Kernel = {
  name: 'mean',
  source: [source],
  constants: { THREADS },
  bindings: ['uniform', 'read', 'read', 'read', 'read', 'write'],
};
/** Inputs that the shader has bindings for. */
const BINDINGS = 4;

export const mean: UnweightedVariant<MeanLayer> = {
  id: 'plain',
  calls(layer, mapOf) {
    const [inputs, output] = [layer.inputs.map(mapOf), mapOf(layer.output)];
    if (inputs.length < 2 || inputs.length > BINDINGS) {
      throw new ManyposeError('invalid-model', `${layer.name}: expected 2 to ${BINDINGS} inputs, got ${inputs.length}`);
    }
    const { width, height, blocks } = output.shape;
    const bound = Array.from({ length: BINDINGS }, (_, i) => (inputs[i] ?? inputs[0]).range);
    return [
      {
        kernel,
        label: layer.name,
        uniforms: uniformBlock([width * height, inputs.length]),
        storage: [...bound, output.range],
        workgroups: workgroupsFor(width * height, blocks),
      },
    ];
  },
};
