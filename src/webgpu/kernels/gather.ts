import candidate from '../../../shaders/common/candidate.wgsl?raw';
import source from '../../../shaders/gather.wgsl?raw';
import { windowSide } from '../../ops/gather.ts';
import { MAX_CANDIDATES } from '../../ops/rank.ts';
import type { BufferRange, Kernel, KernelCall } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import type { GpuOutput } from '../outputs.ts';
import type { CandidateLists } from './rank.ts';

const kernel: Kernel = {
  name: 'gather',
  source: [candidate, source],
  constants: { THREADS, KEPT: MAX_CANDIDATES },
  bindings: ['uniform', 'read', 'read', 'read', 'read', 'write', 'write'],
};

export interface Gathered {
  /** [30, K] of (x, y) in input pixels. */
  readonly regressed: BufferRange;
  /** [2, 30, K, side, side] heatmap cells: around peaks, then around regressed keypoints. */
  readonly windows: BufferRange;
}

/** What is read of the maps, and how many input pixels one of their cells spans. */
export interface GatherMaps {
  readonly heatmaps: GpuOutput;
  readonly heatRatio: number;
  readonly offsetMap: GpuOutput;
  readonly offsetRatio: number;
  /** 1 if offsets are subtracted, as if left out, -1 if they are added. */
  readonly offsetSign?: 1 | -1;
}

export function gatherCall(
  { heatmaps, heatRatio, offsetMap, offsetRatio, offsetSign = 1 }: GatherMaps,
  keypoints: number,
  lists: CandidateLists<BufferRange>,
  out: Gathered,
): KernelCall {
  const { width, height } = heatmaps.map.shape;
  const offsets = offsetMap.map.shape;
  return {
    kernel,
    label: 'gather',
    constants: { RATIO: heatRatio, SIDE: windowSide(heatRatio), OFFSET_RATIO: offsetRatio },
    uniforms: uniformBlock([
      width,
      height,
      heatmaps.first,
      offsets.width,
      offsets.height,
      offsetMap.first,
      keypoints,
      offsetSign,
    ]),
    storage: [heatmaps.map.range, offsetMap.map.range, lists.counts, lists.best, out.regressed, out.windows],
    workgroups: workgroupsFor(MAX_CANDIDATES * keypoints),
  };
}
