import source from '../../../shaders/cellwise.wgsl?raw';
import type { CellwiseLayer } from '../../network/network.ts';
import type { Kernel } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import { JOINING_BINDINGS, joinedInputs, joinedMaps } from './joined-inputs.ts';
import type { UnweightedVariant } from './variant.ts';

const cellwise = (op: CellwiseLayer['op']): UnweightedVariant<CellwiseLayer> => {
  const kernel: Kernel = {
    name: op,
    source: [joinedMaps, source],
    constants: { THREADS, MAXIMUM: Number(op === 'maximum') },
    bindings: JOINING_BINDINGS,
  };
  return {
    id: 'plain',
    calls(layer, mapOf) {
      const [bound, output] = [joinedInputs(layer, mapOf), mapOf(layer.output)];
      const { width, height, blocks } = output.shape;
      return [
        {
          kernel,
          label: layer.name,
          uniforms: uniformBlock([width * height, layer.inputs.length]),
          storage: [...bound.map(({ range }) => range), output.range],
          workgroups: workgroupsFor(width * height, blocks),
        },
      ];
    },
  };
};

export const mean = cellwise('mean');
export const maximum = cellwise('maximum');
