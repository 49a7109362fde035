import { MAX_CANDIDATES } from '../../src/ops/candidate-rules.ts';
import { expect, it } from 'vitest';
import { createTopCandidates, rankCandidate } from '../../src/ops/rank.ts';
import { LIST_LENGTH, rankCall } from '../../src/webgpu/kernels/rank.ts';
import type { Candidate } from '../support/candidate-lists.ts';
import { EMPTY, candidateLists, candidatesOf, inOrder, unpackLists } from '../support/candidate-lists.ts';
import { uniformDraws } from '../support/formula-weights.ts';
import { describeGpu } from '../support/gpu.ts';
import { onGpu } from '../support/run-kernel.ts';

/** Distinct indices in no order; `levels` different scores, so that there are ties. */
function shuffled(name: string, count: number, levels: number): Candidate[] {
  const draw = uniformDraws(name);
  return Array.from({ length: count }, (_, i) => ({
    index: (i * 7919) % 65537,
    score: Math.fround((1 + Math.floor(draw() * levels)) / levels),
  }));
}

/** Scores are compared, not computed: everything must be equal. */
describeGpu('the ranking kernel', (device) => {
  async function compare(found: Candidate[][]): Promise<void> {
    const ranked = await onGpu(device, async (gpu) => {
      const lists = candidateLists(gpu, found.length - 1, { found });
      await gpu.run([rankCall(found.length, lists)]);
      return unpackLists(await gpu.read(lists.best), MAX_CANDIDATES);
    });
    found.forEach((candidates, list) => {
      const top = createTopCandidates();
      // A list's count may exceed its length.
      for (const { index, score } of candidates.slice(0, LIST_LENGTH)) rankCandidate(top, index, score);
      expect(ranked[list].slice(0, top.count)).toEqual(candidatesOf(top));
      expect(ranked[list].slice(top.count).every(({ index }) => index === EMPTY)).toBe(true);
    });
  }

  it('ranks lists of all lengths side by side', async () => {
    const lengths = [0, 1, 2, 29, 30, 31, 63, 64, 65, 200, LIST_LENGTH - 1, LIST_LENGTH, LIST_LENGTH + 500];
    await compare(lengths.map((length) => shuffled(`list ${length}`, length, 1e6)));
  });

  it('reads a list to its end and no further', async () => {
    const rising = (count: number): Candidate[] => Array.from({ length: count }, (_, i) => ({ index: i, score: i + 1 }));
    // The places beyond a list's end hold the next one's candidates, which are better.
    await compare([
      rising(LIST_LENGTH),
      rising(LIST_LENGTH + 1),
      shuffled('next', 40, 1).map((each) => ({ ...each, score: 1e6 })),
    ]);
  });

  it('puts the lower index first where scores are equal', async () => {
    await compare([1, 2, 5, 20].map((levels) => shuffled(`levels ${levels}`, 300, levels)));
    await compare([shuffled('one level', LIST_LENGTH, 1), shuffled('two levels', 31, 2)]);
  });

  it('does not depend on the order in which candidates were found', async () => {
    const candidates = shuffled('any order', 100, 8);
    await compare([candidates, [...candidates].reverse(), inOrder(candidates), inOrder(candidates).reverse()]);
  });

  it('ranks neighbouring float32 scores and negative ones', async () => {
    const scores = [1, 1 - 2 ** -24, 1 + 2 ** -23, 0.01, -0.5, -1e30, 3e38, 2 ** -126];
    await compare([scores.map((score, index) => ({ index, score: Math.fround(score) }))]);
  });
});
