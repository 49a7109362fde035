import { expect, it } from 'vitest';
import { createBackoff } from '../../src/runtime/backoff.ts';

it('lets attempts come ever more rarely, at once after a success', () => {
  let now = 0;
  const attempts = createBackoff(() => now);
  const times: number[] = [];
  for (; now < 300_000; now += 250) {
    try {
      attempts.begin();
      times.push(now / 1000);
    } catch (error) {
      expect((error as Error).message).toMatch(/^it is tried again in \d+ s$/);
    }
  }
  expect(times).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  attempts.succeeded();
  attempts.begin();
  expect(() => attempts.begin()).toThrow('it is tried again in 1 s');
});
