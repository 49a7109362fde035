import source from '../../../shaders/gather.wgsl?raw';
import { MAX_CANDIDATES } from '../../ops/rank.ts';
import type { BufferRange, GpuMap, Kernel, KernelCall } from '../kernel.ts';
import { uniformBlock, workgroupsFor } from '../kernel.ts';
import type { CandidateLists } from './rank.ts';

const kernel: Kernel = { name: 'gather', source };

export interface Gathered {
  /** [30, K] of (x, y) in input pixels. */
  readonly regressed: BufferRange;
  /** [2, 30, K, 5, 5] heatmap cells: around peaks, then around regressed keypoints. */
  readonly windows: BufferRange;
}

export function gatherCall(
  heatmaps: GpuMap, regression: GpuMap, keypoints: number, lists: CandidateLists<BufferRange>, out: Gathered,
): KernelCall {
  const { width, height } = heatmaps.shape;
  return {
    kernel,
    label: 'gather',
    constants: [['KEPT', 'u32', MAX_CANDIDATES]],
    uniforms: uniformBlock([width, height, keypoints, 0]),
    storage: [heatmaps.range, regression.range, lists.counts, lists.best, out.regressed, out.windows],
    workgroups: workgroupsFor(MAX_CANDIDATES * keypoints),
  };
}
