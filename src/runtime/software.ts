/** Drivers that compute on the CPU, by the names that browsers and drivers give them. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software|\bwarp\b|generic renderer/i;

/** Whether an adapter's name is that of a driver that computes on the CPU. */
export function isSoftwareName(name: string): boolean {
  return SOFTWARE.test(name);
}

/** Multiply-adds of a probe: a graphics chip is through in a few ms, a CPU is not. */
export const PROBE_MULTIPLY_ADDS = 2 ** 29;
/** What they may take on hardware, in ms: 43 billion a second, more than our WebAssembly makes of one core, less than any graphics chip. */
const HARDWARE_MS = 12;

/**
 * Whether something that does not tell its name computes on the CPU: by its time for a probe's
 * multiply-adds, above its time for next to none.
 *
 * @param run does this many multiply-adds and resolves when they are done.
 */
export async function isSlow(run: (multiplyAdds: number) => Promise<void>): Promise<boolean> {
  const timeOf = async (multiplyAdds: number): Promise<number> => {
    const start = performance.now();
    await run(multiplyAdds);
    return performance.now() - start;
  };
  await run(1);
  for (const multiplyAdds of [PROBE_MULTIPLY_ADDS / 8, PROBE_MULTIPLY_ADDS]) {
    let best = Infinity;
    // Twice, for the first may wait for something else.
    for (let i = 0; i < 2; i++) {
      const overhead = await timeOf(1);
      best = Math.min(best, (await timeOf(multiplyAdds)) - overhead);
    }
    // What takes too long even for an eighth is known the sooner.
    if (best > HARDWARE_MS) return true;
  }
  return false;
}
