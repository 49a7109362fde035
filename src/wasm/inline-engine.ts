import { CALL_BYTES } from './calls.ts';
import type { Engine } from './engine.ts';
import type { Kernels } from './kernels.ts';
import { createMemory, growMemory, readAll, writeAll } from './memory.ts';

/** How long the kernels may hold up whatever else runs on their thread. */
const SLICE_MS = 50;

/** Runs the kernels on the caller's own thread, where no worker can be had, and lets others run now and then. */
export function createInlineEngine(module: WebAssembly.Module): Engine {
  const memory = createMemory(false);
  const { runNext } = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
  let lost = false;

  async function runAll(first: number, end: number): Promise<void> {
    let begin = performance.now();
    for (let call = first; call < end; call += CALL_BYTES) {
      while (runNext(call, 0)) {
        if (performance.now() - begin < SLICE_MS) continue;
        await new Promise((resolve) => setTimeout(resolve));
        begin = performance.now();
      }
    }
  }

  return {
    threads: 1,
    place: ', no worker',
    async execute({ bytes, writes, calls, count, reads }) {
      if (lost) throw new Error('the kernels failed before');
      growMemory(memory, bytes);
      writeAll(memory, writes);
      try {
        await runAll(calls, calls + count * CALL_BYTES);
      } catch (cause) {
        lost = true;
        throw cause;
      }
      return readAll(memory, reads);
    },
    isLost: () => lost,
    dispose() {
      // Nothing to stop; the memory goes with the last reference to it.
    },
  };
}
