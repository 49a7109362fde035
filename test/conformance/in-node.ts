import { it } from 'vitest';
import { goldenOutputs } from '../support/golden.ts';
import { CASES } from './cases.ts';
import type { Bench } from './cases.ts';

const golden: Bench['golden'] = async (...which) => goldenOutputs(...which);

/** Declares a test for each case. A runtime has a test file of its own, so that they can go side by side. */
export function conforms(bench: Omit<Bench, 'golden'>): void {
  for (const [name, run] of Object.entries(CASES)) {
    it(name, { timeout: 600_000 }, async () => {
      const words = await run({ ...bench, golden });
      if (words) console.log(words);
    });
  }
}
