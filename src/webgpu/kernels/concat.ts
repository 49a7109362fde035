import source from '../../../shaders/concat.wgsl?raw';
import type { ConcatLayer } from '../../network/network.ts';
import type { GpuMap, Kernel, KernelCall } from '../kernel.ts';
import { uniformBlock, workgroupsFor } from '../kernel.ts';

const kernel: Kernel = { name: 'concat', source };

/** One call per input: they write different blocks of the output. */
export function concatCalls(layer: ConcatLayer, inputs: readonly GpuMap[], output: GpuMap): KernelCall[] {
  const { width, height } = output.shape;
  let firstBlock = 0;
  return inputs.map((input, i) => {
    const { blocks } = input.shape;
    const call: KernelCall = {
      kernel,
      label: `${layer.name} part ${i}`,
      constants: [],
      uniforms: uniformBlock([width, height, width / input.shape.width, firstBlock]),
      storage: [input.range, output.range],
      workgroups: workgroupsFor(width * height, blocks),
    };
    firstBlock += blocks;
    return call;
  });
}
