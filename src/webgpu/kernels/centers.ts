import { CENTER_THRESHOLD, centerWindow } from '../../ops/candidate-rules.ts';
import candidate from '../../../shaders/common/candidate.wgsl?raw';
import source from '../../../shaders/centers.wgsl?raw';
import type { BufferRange, Kernel, KernelCall } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import type { GpuOutput } from '../outputs.ts';
import type { Compilable } from '../pipelines.ts';
import type { CandidateLists } from './rank.ts';
import { LIST_LENGTH } from './rank.ts';

const kernel: Kernel = {
  name: 'centers',
  source: [candidate, source],
  constants: { THREADS, LIST_LENGTH },
  bindings: ['uniform', 'read', 'write', 'write'],
};

export const centersPipeline: Compilable = { kernel };

/** Where among the counts a scale's highest value lies, and scale 1's. */
export interface HighestPlaces {
  readonly own: number;
  readonly reference: number;
}

/**
 * Finds the centers of people at one scale.
 *
 * @param list number of their list.
 * @param relative what scales the threshold, if it is not as it is.
 */
export function centersCall(
  { map, first }: GpuOutput,
  list: number,
  lists: CandidateLists<BufferRange>,
  relative?: HighestPlaces,
): KernelCall {
  const { width, height } = map.shape;
  const radius = (centerWindow(width, height) - 1) / 2;
  return {
    kernel,
    label: 'centers',
    uniforms: uniformBlock(
      [width, height, first, radius, list, relative?.own ?? 0, relative?.reference ?? 0, Number(relative !== undefined)],
      [CENTER_THRESHOLD],
    ),
    storage: [map.range, lists.counts, lists.candidates],
    workgroups: workgroupsFor(width * height),
  };
}
