import { ManyposeError, messageOf } from '../errors.ts';
import type { Read, Write } from './engine.ts';

const PAGE = 65536;
/** What the kernels' import allows, 4 GiB, and less where so much address space cannot be had. */
const MOST_PAGES = [65536, 32768, 16384, 8192];

/** @throws ManyposeError `out-of-memory`. */
export function createMemory(shared: boolean): WebAssembly.Memory {
  let refused: unknown;
  for (const maximum of MOST_PAGES) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum, shared });
    } catch (cause) {
      refused = cause;
    }
  }
  throw outOfMemory(refused);
}

/** Makes a memory at least as large. @throws ManyposeError `out-of-memory`. */
export function growMemory(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  if (missing <= 0) return;
  try {
    memory.grow(missing);
  } catch (cause) {
    throw outOfMemory(cause);
  }
}

export function outOfMemory(cause: unknown): ManyposeError {
  return new ManyposeError('out-of-memory', `WebAssembly gets no more memory: ${messageOf(cause)}`, { cause });
}

export function writeAll(memory: WebAssembly.Memory, writes: readonly Write[]): void {
  for (const { address, data } of writes) {
    if (data instanceof Float32Array) new Float32Array(memory.buffer, address, data.length).set(data);
    else new Int32Array(memory.buffer, address, data.length).set(data);
  }
}

/** Copies, in buffers of their own. */
export function readAll(memory: WebAssembly.Memory, reads: readonly Read[]): Float32Array[] {
  return reads.map(({ address, length }) => new Float32Array(memory.buffer, address, length).slice());
}
