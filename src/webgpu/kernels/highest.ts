import source from '../../../shaders/highest.wgsl?raw';
import type { BufferRange, Kernel, KernelCall } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import type { GpuOutput } from '../outputs.ts';
import type { Compilable } from '../pipelines.ts';

const kernel: Kernel = { name: 'highest', source: [source], constants: { THREADS }, bindings: ['uniform', 'read', 'write'] };
export const highestPipeline: Compilable = { kernel };

/** Finds the highest value of a center map. @param place where among the counts it goes. */
export function highestCall({ map, first }: GpuOutput, place: number, counts: BufferRange): KernelCall {
  const { width, height } = map.shape;
  return {
    kernel,
    label: 'highest',
    uniforms: uniformBlock([width * height, first, place, 0]),
    storage: [map.range, counts],
    workgroups: workgroupsFor(width * height),
  };
}
