import { expect, it } from 'vitest';
import { MAX_TURNS, createTurns } from '../../src/runtime/turns.ts';

it('says busy when the queue is full, and takes calls again when there is room', async () => {
  const turns = createTurns();
  let end = (): void => {};
  const first = turns.take(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  const others = Array.from({ length: MAX_TURNS - 1 }, (_, i) => {
    turns.checkRoom();
    return turns.take(async () => i);
  });
  expect(() => turns.checkRoom()).toThrow(
    expect.objectContaining({ code: 'busy', message: expect.stringContaining('await results') }),
  );
  end();
  await first;
  turns.checkRoom();
  expect(await Promise.all(others)).toEqual(others.map((_, i) => i));
  await turns.ended();
  expect(turns.idle).toBe(true);
});
