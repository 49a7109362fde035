import type { Engine } from './engine.ts';
import { createInlineEngine } from './inline-engine.ts';
import { compileKernels } from './kernels.ts';
import { createPoolEngine, createWorkerEngine } from './worker-engine.ts';

const MOST_BY_DEFAULT = 8;

/**
 * The fastest way to run the kernels here: threads over shared memory, else a worker, so that a page
 * does not stand still while they run, else on this thread.
 *
 * @param threads at most; as many as there are cores, up to 8, if left out.
 * @throws ManyposeError `no-runtime`, `out-of-memory`.
 */
export async function openEngine(threads = Math.min(cores(), MOST_BY_DEFAULT)): Promise<Engine> {
  if (threads > 1 && canShareMemory()) {
    const module = await compileKernels(true);
    try {
      return await createPoolEngine(module, threads);
    } catch {
      // No workers, or too little address space: the next way says what is wrong, if it still is.
    }
  }
  const module = await compileKernels(false);
  try {
    return await createWorkerEngine(module);
  } catch {
    return createInlineEngine(module);
  }
}

function canShareMemory(): boolean {
  // Node has no such flag and no such rule.
  const { crossOriginIsolated = globalThis.process?.versions?.node !== undefined } = globalThis;
  return typeof SharedArrayBuffer === 'function' && crossOriginIsolated;
}

function cores(): number {
  return (
    globalThis.navigator?.hardwareConcurrency ?? globalThis.process?.getBuiltinModule?.('node:os').availableParallelism() ?? 1
  );
}
