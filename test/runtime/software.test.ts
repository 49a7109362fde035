import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isSlow } from '../../src/runtime/slow.ts';
import { isSoftwareName } from '../../src/runtime/software.ts';

describe('the probe for what computes on the CPU', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** Probes a device of so many billion multiply-adds a second. @returns the answer, and what it took in ms. */
  async function probe(
    billions: number,
    {
      first = 0,
      overhead = 1,
      late,
      poll = 0,
    }: { first?: number; overhead?: number; late?: (run: number) => number; poll?: number } = {},
  ): Promise<{ slow: boolean; ms: number }> {
    let runs = 0;
    const slow = await isSlow(async (multiplyAdds) => {
      const ms = overhead + multiplyAdds / billions / 1e6 + (late?.(runs) ?? 0) + (runs === 0 ? first : 0);
      runs++;
      vi.advanceTimersByTime(poll ? Math.ceil(ms / poll) * poll : ms);
    });
    return { slow, ms: performance.now() };
  }

  it.each([60, 200, 1000, 10000])('takes %d billion a second for hardware, in a few milliseconds', async (billions) => {
    const { slow, ms } = await probe(billions);
    expect(slow).toBe(false);
    expect(ms).toBeLessThan(20);
  });

  it.each([0.5, 1.5, 5, 10, 30])('takes %d billion a second for a CPU, in less than 100 ms', async (billions) => {
    const { slow, ms } = await probe(billions);
    expect(slow).toBe(true);
    expect(ms).toBeLessThan(100);
  });

  it('is not misled by a slow start, nor by one run that had to wait', async () => {
    expect((await probe(200, { first: 500 })).slow).toBe(false);
    for (let waits = 0; waits < 7; waits++) {
      const late = (run: number): number => (run === waits ? 50 : 0);
      expect((await probe(200, { late })).slow, `run ${waits}`).toBe(false);
    }
  });

  it('is not misled by a browser that tells late what is done', async () => {
    expect((await probe(200, { poll: 100 })).slow).toBe(false);
    expect((await probe(1, { poll: 100 })).slow).toBe(true);
  });
});

it('knows software by its names', () => {
  for (const name of ['SwiftShader Device (Subzero)', 'llvmpipe (LLVM 15.0.6, 256 bits)', 'Microsoft Basic Render Driver']) {
    expect(isSoftwareName(name), name).toBe(true);
  }
  for (const name of ['NVIDIA H100', 'Apple M2', 'Intel(R) UHD Graphics 620']) expect(isSoftwareName(name), name).toBe(false);
});
