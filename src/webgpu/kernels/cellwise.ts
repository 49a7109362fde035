import source from '../../../shaders/cellwise.wgsl?raw';
import { ManyposeError } from '../../errors.ts';
import type { CellwiseLayer } from '../../network/network.ts';
import type { Kernel } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import type { UnweightedVariant } from './variant.ts';

/** Inputs that the shader has bindings for. */
const BINDINGS = 4;

const cellwise = (op: CellwiseLayer['op']): UnweightedVariant<CellwiseLayer> => {
  const kernel: Kernel = {
    name: op,
    source: [source],
    constants: { THREADS, MAXIMUM: Number(op === 'maximum') },
    bindings: ['uniform', 'read', 'read', 'read', 'read', 'write'],
  };
  return {
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
};

export const mean = cellwise('mean');
export const maximum = cellwise('maximum');
