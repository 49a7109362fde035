import { ManyposeError, messageOf } from '../errors.ts';
import { base64, memoryFlagsAt } from './assembly/index.ts?compiled';

/** What assembly/index.ts exports. */
export interface Kernels {
  run(calls: number, count: number, thread: number, threads: number): void;
  runNext(call: number, thread: number): number;
}

const SHARED = 2;

/**
 * Compiles the kernels. A module says whether its memory is shared, so there must be one for each;
 * but only that bit differs (atomic operations work on any memory), so one is made from the other.
 *
 * @throws ManyposeError `no-runtime` where there is no WebAssembly, no SIMD, or a policy forbids it.
 */
export async function compileKernels(shared: boolean): Promise<WebAssembly.Module> {
  if (typeof WebAssembly === 'undefined') throw new ManyposeError('no-runtime', 'there is no WebAssembly here');
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (shared) bytes[memoryFlagsAt] |= SHARED;
  // Compiles nothing, so no policy stands in its way.
  if (!WebAssembly.validate(bytes)) throw new ManyposeError('no-runtime', 'WebAssembly has no SIMD here');
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new ManyposeError(
      'no-runtime',
      `the page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src (${messageOf(cause)})`,
      { cause },
    );
  }
}
