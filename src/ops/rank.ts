import { MAX_CANDIDATES } from './candidate-rules.ts';

/** The best candidates of one list, best first; of equal ones the lower index is the better. */
export interface TopCandidates {
  count: number;
  /** [limit]: row · width + column; entries from `count` on mean nothing. */
  readonly index: Uint32Array;
  /** [limit]. */
  readonly score: Float32Array;
}

export function createTopCandidates(limit = MAX_CANDIDATES): TopCandidates {
  return { count: 0, index: new Uint32Array(limit), score: new Float32Array(limit) };
}

/** Whether a candidate is among the best so far. */
export function isRanked(top: TopCandidates, index: number, score: number): boolean {
  const limit = top.index.length;
  return top.count < limit || isBetter(top, limit - 1, index, score);
}

/**
 * Keeps a candidate if it is among the best so far. The result does not depend on the order in which
 * candidates come.
 */
export function rankCandidate(top: TopCandidates, index: number, score: number): void {
  if (!isRanked(top, index, score)) return;
  const limit = top.index.length;
  let rank = top.count < limit ? top.count++ : limit - 1;
  for (; rank > 0 && isBetter(top, rank - 1, index, score); rank--) {
    top.score[rank] = top.score[rank - 1];
    top.index[rank] = top.index[rank - 1];
  }
  top.score[rank] = score;
  top.index[rank] = index;
}

function isBetter(top: TopCandidates, rank: number, index: number, score: number): boolean {
  return score > top.score[rank] || (score === top.score[rank] && index < top.index[rank]);
}
