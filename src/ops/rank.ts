/** At most this many people per image and keypoint candidates per type. */
export const MAX_CANDIDATES = 30;

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

/**
 * Keeps a candidate if it is among the best so far. The result does not depend on the order in which
 * candidates come.
 */
export function rankCandidate(top: TopCandidates, index: number, score: number): void {
  const limit = top.index.length;
  const better = (rank: number): boolean =>
    score > top.score[rank] || (score === top.score[rank] && index < top.index[rank]);
  if (top.count === limit && !better(limit - 1)) return;
  let rank = top.count < limit ? top.count++ : limit - 1;
  for (; rank > 0 && better(rank - 1); rank--) {
    top.score[rank] = top.score[rank - 1];
    top.index[rank] = top.index[rank - 1];
  }
  top.score[rank] = score;
  top.index[rank] = index;
}
