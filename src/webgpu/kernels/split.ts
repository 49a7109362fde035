import source from '../../../shaders/split.wgsl?raw';
import type { SplitLayer } from '../../network/network.ts';
import { groupsOf } from '../../network/network.ts';
import type { Kernel } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import type { UnweightedVariant } from './variant.ts';

const kernel: Kernel = { name: 'split', source: [source], constants: { THREADS }, bindings: ['uniform', 'read', 'write'] };

export const split: UnweightedVariant<SplitLayer> = {
  id: 'plain',
  calls(layer, mapOf) {
    const output = mapOf(layer.output);
    const { width, height, blocks } = output.shape;
    const groups = groupsOf(layer.output);
    return [
      {
        kernel,
        label: layer.name,
        uniforms: uniformBlock([width * height, layer.output.channels / groups, blocks / groups, 0]),
        storage: [mapOf(layer.input).range, output.range],
        workgroups: workgroupsFor(width * height, blocks),
      },
    ];
  },
};
