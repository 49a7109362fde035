import candidate from '../../../shaders/common/candidate.wgsl?raw';
import source from '../../../shaders/centers.wgsl?raw';
import { CENTER_THRESHOLD, centerWindow } from '../../ops/centers.ts';
import type { BufferRange, Kernel, KernelCall } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import type { GpuOutput } from '../outputs.ts';
import type { CandidateLists } from './rank.ts';
import { LIST_LENGTH } from './rank.ts';

const kernel: Kernel = {
  name: 'centers',
  source: [candidate, source],
  constants: { THREADS, LIST_LENGTH },
  bindings: ['uniform', 'read', 'write', 'write'],
};

/** Finds the centers of people: list K. */
export function centersCall({ map, first }: GpuOutput, keypoints: number, lists: CandidateLists<BufferRange>): KernelCall {
  const { width, height } = map.shape;
  const radius = (centerWindow(width, height) - 1) / 2;
  return {
    kernel,
    label: 'centers',
    uniforms: uniformBlock([width, height, first, radius, keypoints], [CENTER_THRESHOLD]),
    storage: [map.range, lists.counts, lists.candidates],
    workgroups: workgroupsFor(width * height),
  };
}
