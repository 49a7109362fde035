/**
 * Waits for the end of what the GPU's queue has been given, and sees that the browser notices it soon:
 * Firefox looks ten times a second whether the GPU is done, and whenever something is submitted, so that
 * a frame of 10 ms would take 100. Other engines tell at once.
 *
 * @param end what the queue or a buffer of its device promised, as `mapAsync` does.
 */
export async function queueWait<Result>(queue: GPUQueue, end: Promise<Result>): Promise<Result> {
  if (/Firefox\//.test(globalThis.navigator?.userAgent)) {
    let waiting = true;
    const stop = (): void => void (waiting = false);
    const settled = end.then(stop, stop);
    const start = performance.now();
    while (waiting) {
      // Soon for what is short, seldom for what takes long.
      const ms = (performance.now() - start) / 8;
      await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, ms))]);
      if (waiting) queue.submit([]);
    }
  }
  return end;
}
