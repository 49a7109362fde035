import { windowSide } from '../../ops/heat-window.ts';
import { MAX_CANDIDATES } from '../../ops/candidate-rules.ts';
import candidate from '../../../shaders/common/candidate.wgsl?raw';
import source from '../../../shaders/gather.wgsl?raw';
import type { BufferRange, Kernel, KernelCall } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import type { GpuOutput } from '../outputs.ts';
import type { Compilable } from '../pipelines.ts';
import type { CandidateLists } from './rank.ts';

const kernel: Kernel = {
  name: 'gather',
  source: [candidate, source],
  constants: { THREADS, KEPT: MAX_CANDIDATES },
  bindings: ['uniform', 'read', 'read', 'read', 'read', 'write', 'write'],
};

export const gatherPipeline = (ratio: number): Compilable => ({ kernel, constants: { RATIO: ratio, SIDE: windowSide(ratio) } });

export interface Gathered {
  /** [scales, 30, K] of (x, y) in pixels of scale 1's input. */
  readonly regressed: BufferRange;
  /** [1 + scales, 30, K, side, side] heatmap cells: around peaks, then around each scale's regressed keypoints. */
  readonly windows: BufferRange;
}

/** What is read of the maps, of all scales and of one. */
export interface GatherMaps {
  readonly heatmaps: GpuOutput;
  /** Pixels of scale 1's input per cell of the heatmaps. */
  readonly ratio: number;
  readonly centerMap: GpuOutput;
  /** As large as the center map, or by a whole number coarser. */
  readonly offsetMap: GpuOutput;
  /** 1 if offsets are subtracted, as if left out, -1 if they are added. */
  readonly offsetSign?: 1 | -1;
}

/** @param scale number of the scale whose centers are served; with number 0 peaks are, too. */
export function gatherCall(
  { heatmaps, ratio, centerMap, offsetMap, offsetSign = 1 }: GatherMaps,
  keypoints: number,
  scale: number,
  lists: CandidateLists<BufferRange>,
  out: Gathered,
): KernelCall {
  const { width, height } = heatmaps.map.shape;
  const [centers, offsets] = [centerMap.map.shape, offsetMap.map.shape];
  return {
    ...gatherPipeline(ratio),
    label: 'gather',
    uniforms: uniformBlock(
      [
        width,
        height,
        heatmaps.first,
        centers.width,
        centers.width / offsets.width,
        offsets.width,
        offsets.height,
        offsetMap.first,
        keypoints,
        scale,
      ],
      [(width * ratio) / offsets.width, offsetSign],
    ),
    storage: [heatmaps.map.range, offsetMap.map.range, lists.counts, lists.best, out.regressed, out.windows],
    workgroups: workgroupsFor(MAX_CANDIDATES * keypoints),
  };
}
