import { expect } from 'vitest';
import { LIST_LENGTH } from '../../src/webgpu/kernels/rank.ts';
import type { Candidate } from './candidate-lists.ts';
import { inOrder } from './candidate-lists.ts';

/**
 * A list must hold exactly the expected candidates, in any order; where there are more than it has
 * room for, a full list of them, and their true number.
 */
export function expectFound(
  { count, found }: { count: number; found: readonly Candidate[] },
  expected: readonly Candidate[],
): void {
  expect(count).toBe(expected.length);
  if (expected.length <= LIST_LENGTH) {
    expect(inOrder(found)).toEqual(expected);
    return;
  }
  expect(new Set(found.map(({ index }) => index)).size).toBe(LIST_LENGTH);
  const scores = new Map(expected.map(({ index, score }) => [index, score]));
  for (const { index, score } of found) expect(score).toBe(scores.get(index));
}
