import betweenCells from '../../../shaders/common/between-cells.wgsl?raw';
import { PEAK_THRESHOLD } from '../../ops/candidate-rules.ts';
import candidate from '../../../shaders/common/candidate.wgsl?raw';
import source from '../../../shaders/peaks.wgsl?raw';
import type { BufferRange, Kernel, KernelCall } from '../kernel.ts';
import { uniformBlock } from '../kernel.ts';
import type { GpuOutput } from '../outputs.ts';
import type { Compilable } from '../pipelines.ts';
import type { CandidateLists } from './rank.ts';
import { LIST_LENGTH } from './rank.ts';

/** Side of the shader's workgroups, in cells. */
const TILE = 8;
const kernel: Kernel = {
  name: 'peaks',
  source: [candidate, betweenCells, source],
  constants: { TILE, LIST_LENGTH },
  bindings: ['uniform', 'read', 'write', 'write'],
};

export const peaksPipeline = (ratio: number): Compilable => ({ kernel, constants: { RATIO: ratio } });

/**
 * Finds the peaks of every keypoint type: lists 0..K-1.
 *
 * @param ratio input pixels per heatmap cell.
 */
export function peaksCall(
  { map, first }: GpuOutput,
  ratio: number,
  keypoints: number,
  lists: CandidateLists<BufferRange>,
): KernelCall {
  const { width, height } = map.shape;
  return {
    ...peaksPipeline(ratio),
    label: 'peaks',
    uniforms: uniformBlock([width, height, first], [PEAK_THRESHOLD]),
    storage: [map.range, lists.counts, lists.candidates],
    workgroups: [Math.ceil(width / TILE), Math.ceil(height / TILE), keypoints],
  };
}
