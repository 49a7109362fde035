import source from '../../../shaders/centers.wgsl?raw';
import { CENTER_THRESHOLD, centerWindow } from '../../ops/centers.ts';
import type { BufferRange, GpuMap, Kernel, KernelCall } from '../kernel.ts';
import { uniformBlock, workgroupsFor } from '../kernel.ts';
import type { CandidateLists } from './rank.ts';
import { LIST_LENGTH } from './rank.ts';

const kernel: Kernel = { name: 'centers', source };

/** Finds the centers of people: list K. The center heatmap is the regression map's last channel. */
export function centersCall(regression: GpuMap, keypoints: number, lists: CandidateLists<BufferRange>): KernelCall {
  const { width, height } = regression.shape;
  const radius = (centerWindow(width, height) - 1) / 2;
  return {
    kernel,
    label: 'centers',
    constants: [['LIST_LENGTH', 'u32', LIST_LENGTH]],
    uniforms: uniformBlock([width, height, 2 * keypoints, radius, keypoints], [CENTER_THRESHOLD]),
    storage: [regression.range, lists.counts, lists.candidates],
    workgroups: workgroupsFor(width * height),
  };
}
