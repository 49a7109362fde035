import source from '../../../shaders/peaks.wgsl?raw';
import { PEAK_THRESHOLD } from '../../ops/peaks.ts';
import type { BufferRange, GpuMap, Kernel, KernelCall } from '../kernel.ts';
import { uniformBlock } from '../kernel.ts';
import type { CandidateLists } from './rank.ts';
import { LIST_LENGTH } from './rank.ts';

const kernel: Kernel = { name: 'peaks', source };
/** Side of the shader's workgroups, in cells. */
const TILE = 8;

/** Finds the peaks of every keypoint type: lists 0..K-1. */
export function peaksCall(heatmaps: GpuMap, keypoints: number, lists: CandidateLists<BufferRange>): KernelCall {
  const { width, height } = heatmaps.shape;
  return {
    kernel,
    label: 'peaks',
    constants: [['LIST_LENGTH', 'u32', LIST_LENGTH]],
    uniforms: uniformBlock([width, height], [PEAK_THRESHOLD, 0]),
    storage: [heatmaps.range, lists.counts, lists.candidates],
    workgroups: [Math.ceil(width / TILE), Math.ceil(height / TILE), keypoints],
  };
}
