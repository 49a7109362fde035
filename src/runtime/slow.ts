/** Multiply-adds of a probe's steps: a graphics chip is through all of them in a few ms, a CPU is not. */
const STEPS = [2 ** 23, 2 ** 25, 2 ** 27, 2 ** 29];
/**
 * What the longest step may take on hardware, in ms: 43 billion a second, more than our WebAssembly
 * makes of one core, less than any graphics chip. What takes as long for a shorter one is known the sooner.
 */
const HARDWARE_MS = 12;

/**
 * Whether something that does not tell its name computes on the CPU: by its time for multiply-adds,
 * above its time for next to none. Each step is four times the one before, which took no longer than
 * hardware would, so that the slowest is not waited for: on hardware 7 runs, on a CPU some 50 ms.
 *
 * @param run does this many multiply-adds and resolves when they are done.
 */
export async function isSlow(run: (multiplyAdds: number) => Promise<void>): Promise<boolean> {
  const timeOf = async (multiplyAdds: number): Promise<number> => {
    const start = performance.now();
    await run(multiplyAdds);
    return performance.now() - start;
  };
  // Drivers compile and wake with the first.
  await run(1);
  const overhead = Math.min(await timeOf(1), await timeOf(1));
  const takesLong = async (multiplyAdds: number): Promise<boolean> => (await timeOf(multiplyAdds)) - overhead > HARDWARE_MS;
  for (const multiplyAdds of STEPS) {
    // Once more, for the first may have waited for something else.
    if ((await takesLong(multiplyAdds)) && (await takesLong(multiplyAdds))) return true;
  }
  return false;
}
