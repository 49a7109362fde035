import { expect, test } from 'vitest';
import { latestWins } from '../../demo/latest.ts';

/** Work that waits to be let go, and counts itself. */
function gatedWork() {
  let running = 0;
  let most = 0;
  let started = 0;
  let finish: () => void = () => {};
  const work = async (): Promise<void> => {
    started++;
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    running--;
  };
  const finishOne = async (): Promise<void> => {
    finish();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { work, finishOne, counts: () => ({ running, most, started }) };
}

test('requests during work become one run after it, never two at once', async () => {
  const { work, finishOne, counts } = gatedWork();
  const frames = latestWins(work);
  for (let i = 0; i < 5; i++) frames.request();
  expect(counts()).toEqual({ running: 1, most: 1, started: 1 });
  await finishOne();
  expect(counts()).toEqual({ running: 1, most: 1, started: 2 });
  await finishOne();
  expect(counts()).toEqual({ running: 0, most: 1, started: 2 });
});

test('a request after a rest starts at once', async () => {
  const { work, finishOne, counts } = gatedWork();
  const frames = latestWins(work);
  frames.request();
  await finishOne();
  frames.request();
  expect(counts()).toEqual({ running: 1, most: 1, started: 2 });
  await finishOne();
});
