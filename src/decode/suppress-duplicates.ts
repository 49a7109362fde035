import { MAX_CANDIDATES } from '../ops/candidate-rules.ts';
import type { DecodingRules } from '../network/decoding-rules.ts';
import { PAPER_RULES } from '../network/decoding-rules.ts';

/**
 * Keeps one of several poses regressed for one person (reference section 3.5). Neither greedy by
 * score nor transitive: a pose not yet used gathers all poses like it, the best of them is kept and
 * all are used; if the best was used before, nothing happens.
 *
 * @param ranks [n], what makes one better than another, in the order in which the poses are walked.
 * @param regressed [n, K, 2] in input pixels.
 * @returns indices of the kept poses, at most 30, best first.
 */
export function suppressDuplicates(
  ranks: Float32Array,
  regressed: Float32Array,
  keypoints: number,
  { duplicates }: Pick<DecodingRules, 'duplicates'> = PAPER_RULES,
): number[] {
  const people = ranks.length;
  const { shared, within } = duplicates;
  const used = new Uint8Array(people);
  const kept: number[] = [];
  for (let i = 0; i < people; i++) {
    if (used[i]) continue;
    const reach = 'pixels' in within ? within.pixels : within.ofDiagonal * diagonal(regressed, keypoints, i);
    const alike: number[] = [];
    for (let j = 0; j < people; j++) if (sharedKeypoints(regressed, keypoints, i, j, reach) > shared) alike.push(j);
    // Fewer keypoints than needed, or positions that are not numbers.
    if (alike.length === 0) continue;
    const best = alike.reduce((a, b) => (ranks[b] > ranks[a] ? b : a));
    if (used[best]) continue;
    kept.push(best);
    for (const j of alike) used[j] = 1;
  }
  return kept.sort((a, b) => ranks[b] - ranks[a] || a - b).slice(0, MAX_CANDIDATES);
}

function sharedKeypoints(regressed: Float32Array, keypoints: number, i: number, j: number, reach: number): number {
  let shared = 0;
  for (let k = 0; k < keypoints; k++) {
    const a = (i * keypoints + k) * 2;
    const b = (j * keypoints + k) * 2;
    if (Math.hypot(regressed[a] - regressed[b], regressed[a + 1] - regressed[b + 1]) < reach) shared++;
  }
  return shared;
}

/** Of the rectangle around a regressed pose's keypoints. */
export function diagonal(regressed: Float32Array, keypoints: number, pose: number): number {
  const extent = (axis: number): number => {
    let [least, most] = [Infinity, -Infinity];
    for (let k = 0; k < keypoints; k++) {
      const value = regressed[(pose * keypoints + k) * 2 + axis];
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return most - least;
  };
  return Math.hypot(extent(0), extent(1));
}
