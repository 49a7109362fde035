import { ManyposeError } from '../errors.ts';
import type { Engine, Work } from './engine.ts';
import { createMemory, growMemory, readAll, writeAll } from './memory.ts';
import type { Thread } from './thread.ts';
import { startThread } from './thread.ts';

/**
 * Runs the kernels on one worker that has their memory to itself.
 *
 * @throws whatever keeps the worker from starting.
 */
export async function createWorkerEngine(module: WebAssembly.Module): Promise<Engine> {
  const threads = await startThreads(1, { module });
  return engineOf(threads, ({ writes, ...work }) => {
    // A message carries whole buffers, of which the numbers may be a small part.
    const copies = writes.map(({ address, data }) => ({ address, data: data.slice() }));
    return threads[0].ask(
      { ...work, writes: copies, thread: 0, threads: 1 },
      copies.map(({ data }) => data.buffer),
    );
  });
}

/**
 * Runs the kernels on several workers over one memory, which is shared with the caller's thread too.
 *
 * @param module compiled for shared memory.
 * @throws ManyposeError `out-of-memory`; whatever keeps workers from starting.
 */
export async function createPoolEngine(module: WebAssembly.Module, count: number): Promise<Engine> {
  const memory = createMemory(true);
  const threads = await startThreads(count, { module, memory });
  return engineOf(threads, async ({ bytes, writes, reads, ...calls }) => {
    growMemory(memory, bytes);
    writeAll(memory, writes);
    await Promise.all(
      threads.map((each, thread) => each.ask({ ...calls, bytes: 0, writes: [], reads: [], thread, threads: threads.length })),
    );
    return readAll(memory, reads);
  });
}

async function startThreads(count: number, start: Parameters<Thread['ask']>[0]): Promise<Thread[]> {
  const threads: Thread[] = [];
  try {
    for (let i = 0; i < count; i++) threads.push(startThread());
    await Promise.all(threads.map((thread) => thread.ask(start)));
    return threads;
  } catch (cause) {
    for (const thread of threads) thread.terminate();
    throw cause;
  }
}

function engineOf(threads: readonly Thread[], execute: (work: Work) => Promise<Float32Array[]>): Engine {
  const terminate = (): void => threads.forEach((thread) => thread.terminate());
  return {
    threads: threads.length,
    place: '',
    async execute(work) {
      try {
        return await execute(work);
      } catch (cause) {
        // The others may wait for the one that failed.
        if (!(cause instanceof ManyposeError)) terminate();
        throw cause;
      }
    },
    isLost: () => threads.some((thread) => thread.isDead()),
    dispose: terminate,
  };
}
