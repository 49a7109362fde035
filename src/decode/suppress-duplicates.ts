import { MAX_CANDIDATES } from '../ops/rank.ts';

/** Two poses show one person if more keypoints than this... */
const SHARED_KEYPOINTS = 10;
/** ... lie within this many input pixels of each other. */
const SHARED_DISTANCE = 10;

/**
 * Keeps one of several poses regressed for one person (reference section 3.5). Neither greedy by
 * score nor transitive: a pose not yet used gathers all poses like it, the best of them is kept and
 * all are used; if the best was used before, nothing happens.
 *
 * @param centerScores [n], in the order in which the poses are walked.
 * @param regressed [n, K, 2] in input pixels.
 * @returns indices of the kept poses, at most 30, best center score first.
 */
export function suppressDuplicates(centerScores: Float32Array, regressed: Float32Array, keypoints: number): number[] {
  const people = centerScores.length;
  const used = new Uint8Array(people);
  const kept: number[] = [];
  for (let i = 0; i < people; i++) {
    if (used[i]) continue;
    const alike: number[] = [];
    for (let j = 0; j < people; j++) if (sharedKeypoints(regressed, keypoints, i, j) > SHARED_KEYPOINTS) alike.push(j);
    // Fewer keypoints than needed, or positions that are not numbers.
    if (alike.length === 0) continue;
    const best = alike.reduce((a, b) => (centerScores[b] > centerScores[a] ? b : a));
    if (used[best]) continue;
    kept.push(best);
    for (const j of alike) used[j] = 1;
  }
  return kept.sort((a, b) => centerScores[b] - centerScores[a] || a - b).slice(0, MAX_CANDIDATES);
}

function sharedKeypoints(regressed: Float32Array, keypoints: number, i: number, j: number): number {
  let shared = 0;
  for (let k = 0; k < keypoints; k++) {
    const a = (i * keypoints + k) * 2;
    const b = (j * keypoints + k) * 2;
    if (Math.hypot(regressed[a] - regressed[b], regressed[a + 1] - regressed[b + 1]) < SHARED_DISTANCE) shared++;
  }
  return shared;
}
