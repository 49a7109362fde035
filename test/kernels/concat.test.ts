import { it } from 'vitest';
import { concat } from '../../src/ops/concat.ts';
import { describeLayers } from '../support/describe-layers.ts';
import { noiseMaps, runJoin } from '../support/joined-maps.ts';
import { parity } from '../support/parity.ts';

/** Three float32 interpolations between numbers below 1; places are multiples of 1/16, so exact. */
const TOLERANCE = 5e-7;

const CASES = [
  { width: 1, height: 1, channels: [1, 1], factors: [1, 1] },
  { width: 5, height: 7, channels: [3, 5], factors: [1, 1] },
  { width: 6, height: 10, channels: [1, 3], factors: [1, 2] },
  { width: 2, height: 2, channels: [4, 17], factors: [1, 2] },
  { width: 8, height: 4, channels: [3, 35, 1], factors: [1, 2, 4] },
  { width: 8, height: 8, channels: [5, 3], factors: [1, 8] },
  // As in the network: four branches, each twice as wide as the one before.
  { width: 24, height: 16, channels: [3, 6, 12, 24], factors: [1, 2, 4, 8] },
  { width: 16, height: 40, channels: [17, 1, 2, 3], factors: [8, 1, 4, 2] },
];

describeLayers(['concat'], 'the concatenation kernel', (run) => {
  const check = parity('concat', TOLERANCE);

  it.each(CASES)(
    '$channels channels of $width×$height, inputs smaller by $factors',
    async ({ width, height, channels, factors }) => {
      const inputs = noiseMaps(width, height, channels, factors);
      const total = channels.reduce((sum, count) => sum + count, 0);
      check(await runJoin(run, 'concat', inputs, total), concat(inputs).values);
    },
  );
});
