import { expect, it } from 'vitest';
import { fuse } from '../../src/ops/fuse.ts';
import { describeLayers } from '../support/describe-layers.ts';
import { noiseMaps, runJoin } from '../support/joined-maps.ts';
import { parity } from '../support/parity.ts';

/** Up to three float32 additions of numbers below 1, each the result of three interpolations. */
const TOLERANCE = 8e-7;

const CASES = [
  { width: 1, height: 1, channels: 1, factors: [1, 1] },
  { width: 5, height: 7, channels: 3, factors: [1, 1] },
  { width: 6, height: 10, channels: 5, factors: [1, 2] },
  { width: 2, height: 2, channels: 4, factors: [1, 2] },
  { width: 12, height: 4, channels: 17, factors: [1, 2, 4] },
  { width: 8, height: 24, channels: 35, factors: [1, 2, 4, 8] },
  { width: 8, height: 8, channels: 3, factors: [1, 8] },
  // Where the branch's own map stands does not matter.
  { width: 16, height: 8, channels: 5, factors: [4, 1, 1, 8] },
];

describeLayers(['fuse'], 'the fusion kernel', (run) => {
  const check = parity('fuse', TOLERANCE);

  it.each(CASES)(
    '$channels channels of $width×$height, inputs smaller by $factors',
    async ({ width, height, channels, factors }) => {
      const inputs = noiseMaps(
        width,
        height,
        factors.map(() => channels),
        factors,
      );
      for (const upsampling of ['nearest', 'bilinear'] as const) {
        check(await runJoin(run, 'fuse', inputs, channels, upsampling), fuse(inputs, upsampling).values);
      }
    },
  );

  it.each([1, 5])('refuses %i inputs', async (count) => {
    const inputs = noiseMaps(2, 2, Array(count).fill(1), Array(count).fill(1));
    await expect(runJoin(run, 'fuse', inputs, 1)).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-model', message: `fuse: expected 2 to 4 inputs, got ${count}` }),
    );
  });
});
