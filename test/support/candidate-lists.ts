import { MAX_CANDIDATES } from '../../src/ops/candidate-rules.ts';
import type { CandidateLists } from '../../src/webgpu/kernels/rank.ts';
import { LIST_LENGTH } from '../../src/webgpu/kernels/rank.ts';
import type { TopCandidates } from '../../src/ops/rank.ts';
import type { BufferRange } from '../../src/webgpu/kernel.ts';
import type { TestGpu } from './run-kernel.ts';

export interface Candidate {
  readonly index: number;
  readonly score: number;
}

/** Index of a slot that nothing was written to. */
export const EMPTY = 0xffffffff;

/** Candidate lists 0..K on the GPU, holding the given ones, and room for `more` numbers behind the counts; all other slots are EMPTY. */
export function candidateLists(
  gpu: TestGpu,
  keypoints: number,
  content: { found?: readonly Candidate[][]; best?: readonly Candidate[][]; more?: number } = {},
): CandidateLists<BufferRange> {
  const lists = keypoints + 1;
  const given = content.found ?? content.best ?? [];
  const counts = Uint32Array.from({ length: lists + (content.more ?? 0) }, (_, list) => given[list]?.length ?? 0);
  return {
    counts: gpu.buffer(counts),
    candidates: gpu.buffer(packed(lists, LIST_LENGTH, content.found)),
    best: gpu.buffer(packed(lists, MAX_CANDIDATES, content.best)),
  };
}

function packed(lists: number, length: number, content: readonly Candidate[][] = []): ArrayBuffer {
  const words = new Uint32Array(lists * length * 2).fill(EMPTY);
  const floats = new Float32Array(words.buffer);
  content.forEach((candidates, list) =>
    candidates.slice(0, length).forEach(({ index, score }, i) => {
      words[(list * length + i) * 2] = index;
      floats[(list * length + i) * 2 + 1] = score;
    }),
  );
  return words.buffer;
}

/** All slots of every list, as they were read back. */
export function unpackLists(data: ArrayBuffer, length: number): Candidate[][] {
  const words = new Uint32Array(data);
  const floats = new Float32Array(data);
  return Array.from({ length: words.length / (2 * length) }, (_, list) =>
    Array.from({ length }, (_slot, i) => ({ index: words[(list * length + i) * 2], score: floats[(list * length + i) * 2 + 1] })),
  );
}

/** Candidates as the reference keeps them, best first. */
export function candidatesOf({ count, index, score }: TopCandidates): Candidate[] {
  return Array.from({ length: count }, (_, i) => ({ index: index[i], score: score[i] }));
}

/** Best first, of equal ones the lower index first. */
export function inOrder(candidates: readonly Candidate[]): Candidate[] {
  return [...candidates].sort((a, b) => b.score - a.score || a.index - b.index);
}

/** What a kernel that finds candidates left in its lists. */
export async function readFound(
  gpu: TestGpu,
  lists: CandidateLists<BufferRange>,
): Promise<{ count: number; found: Candidate[] }[]> {
  const counts = new Uint32Array(await gpu.read(lists.counts));
  const slots = unpackLists(await gpu.read(lists.candidates), LIST_LENGTH);
  return slots.map((all, list) => ({ count: counts[list], found: all.filter(({ index }) => index !== EMPTY) }));
}
