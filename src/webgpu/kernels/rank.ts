import candidate from '../../../shaders/common/candidate.wgsl?raw';
import source from '../../../shaders/rank.wgsl?raw';
import { MAX_CANDIDATES } from '../../ops/rank.ts';
import type { BufferRange, Kernel, KernelCall } from '../kernel.ts';
import { THREADS } from '../kernel.ts';

/** Candidates that a list has room for before the best are kept. */
export const LIST_LENGTH = 1024;

const kernel: Kernel = {
  name: 'rank',
  source: [candidate, source],
  constants: { THREADS, LIST_LENGTH, KEPT: MAX_CANDIDATES },
  bindings: ['read', 'read', 'write'],
};

/** K + 1 lists: one for every keypoint type, then the centers'. */
export interface CandidateLists<Range> {
  /** [K + 1] u32: how many were found, of which LIST_LENGTH are in the list. */
  readonly counts: Range;
  /** [K + 1, LIST_LENGTH] of (index u32, score f32), in no order. */
  readonly candidates: Range;
  /** [K + 1, 30] of (index u32, score f32), best first. */
  readonly best: Range;
}

export function rankCall(keypoints: number, { counts, candidates, best }: CandidateLists<BufferRange>): KernelCall {
  return { kernel, label: 'rank', storage: [counts, candidates, best], workgroups: [keypoints + 1, 1, 1] };
}
