import source from '../../../shaders/concat.wgsl?raw';
import type { ConcatLayer } from '../../network/network.ts';
import type { Kernel, KernelCall } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import type { UnweightedVariant } from './variant.ts';

const kernel: Kernel = { name: 'concat', source: [source], constants: { THREADS }, bindings: ['uniform', 'read', 'write'] };

export const concat: UnweightedVariant<ConcatLayer> = {
  id: 'plain',
  /** One call per input: they write different blocks of the output. */
  calls(layer, mapOf) {
    const output = mapOf(layer.output);
    const { width, height } = output.shape;
    let firstBlock = 0;
    return layer.inputs.map(mapOf).map((input, i) => {
      const { blocks } = input.shape;
      const call: KernelCall = {
        kernel,
        label: `${layer.name} part ${i}`,
        uniforms: uniformBlock([width, height, width / input.shape.width, firstBlock]),
        storage: [input.range, output.range],
        workgroups: workgroupsFor(width * height, blocks),
      };
      firstBlock += blocks;
      return call;
    });
  },
};
