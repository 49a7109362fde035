import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Terminal } from '../../src/cli/progress.ts';
import { createProgress, duration } from '../../src/cli/progress.ts';

afterEach(() => vi.restoreAllMocks());

function terminal(isTTY: boolean, columns = 120): { drawn: string[]; terminal: Terminal } {
  const drawn: string[] = [];
  return { drawn, terminal: { isTTY, columns, write: (text: string | Uint8Array) => drawn.push(String(text)) > 0 } };
}

describe('progress', () => {
  it('is a bar with the time left on a terminal', () => {
    const { drawn, terminal: to } = terminal(true);
    let now = 1000;
    const progress = createProgress(4, 0, to, () => now);
    now += 90_000;
    progress.step('a.jpg', '2 poses');
    now += 30_000;
    progress.step('b.jpg', '1 pose');
    progress.step('c.jpg', '1 pose');
    progress.step('d.jpg', '1 pose');
    progress.end();
    expect(drawn).toEqual([
      '\r[######------------------] 1/4  4 min 30 s left  a.jpg: 2 poses\x1b[K',
      '\r[############------------] 2/4  2 min 00 s left  b.jpg: 1 pose\x1b[K',
      '\r[##################------] 3/4  40 s left  c.jpg: 1 pose\x1b[K',
      '\r[########################] 4/4  2 min 00 s in all  d.jpg: 1 pose\x1b[K',
      '\n',
    ]);
  });

  it("does not count earlier work as this run's speed", () => {
    const { drawn, terminal: to } = terminal(true);
    let now = 0;
    const progress = createProgress(10, 8, to, () => now);
    now += 5000;
    progress.step('i.jpg', 'nobody');
    expect(drawn[0]).toMatch(/ 9\/10 {2}5 s left /);
  });

  it('stays on one line of a narrow terminal', () => {
    const { drawn, terminal: to } = terminal(true, 40);
    createProgress(2, 0, to, () => 0).step('a-very-long-name-of-a-photo.jpg', '2 poses');
    expect(drawn[0]).toMatch(/^\r.{39}\x1b\[K$/);
    const untold = terminal(true, 0);
    createProgress(2, 0, untold.terminal, () => 0).step('a-very-long-name-of-a-photo-in-a-terminal.jpg', '2 poses');
    expect(untold.drawn[0]).toMatch(/^\r.{79}\x1b\[K$/);
  });

  it('is a line for each piece elsewhere', () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    const { drawn, terminal: to } = terminal(false);
    const progress = createProgress(3, 1, to);
    progress.step('b.jpg', '1 pose');
    progress.step('c.jpg', '2 poses');
    progress.end();
    expect(log.mock.calls).toEqual([['2/3 b.jpg: 1 pose'], ['3/3 c.jpg: 2 poses']]);
    expect(drawn).toEqual([]);
  });
});

describe('durations', () => {
  it('are in words', () => {
    expect([400, 59_400, 59_600, 3_599_000, 3_600_000, 90_061_000].map(duration)).toEqual([
      '0 s',
      '59 s',
      '1 min 00 s',
      '59 min 59 s',
      '1 h 00 min',
      '25 h 01 min',
    ]);
  });
});
