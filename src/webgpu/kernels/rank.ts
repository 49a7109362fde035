import { MAX_CANDIDATES } from '../../ops/candidate-rules.ts';
import candidate from '../../../shaders/common/candidate.wgsl?raw';
import source from '../../../shaders/rank.wgsl?raw';
import type { BufferRange, Kernel, KernelCall } from '../kernel.ts';
import { THREADS } from '../kernel.ts';
import type { Compilable } from '../pipelines.ts';

/** Candidates that a list has room for before the best are kept. */
export const LIST_LENGTH = 1024;

const kernel: Kernel = {
  name: 'rank',
  source: [candidate, source],
  constants: { THREADS, LIST_LENGTH, KEPT: MAX_CANDIDATES },
  bindings: ['read', 'read', 'write'],
};

/** Lists of candidates: one for every keypoint type, then the centers' of each scale. */
export interface CandidateLists<Range> {
  /** [lists] u32: how many were found, of which LIST_LENGTH are in the list; behind them the highest values of center maps. */
  readonly counts: Range;
  /** [lists, LIST_LENGTH] of (index u32, score f32), in no order. */
  readonly candidates: Range;
  /** [lists, 30] of (index u32, score f32), best first. */
  readonly best: Range;
}

export const rankPipeline: Compilable = { kernel };

export function rankCall(lists: number, { counts, candidates, best }: CandidateLists<BufferRange>): KernelCall {
  return { kernel, label: 'rank', storage: [counts, candidates, best], workgroups: [lists, 1, 1] };
}
