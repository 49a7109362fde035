import type { RuntimeTable } from './table.ts';
import { WASM } from './wasm.ts';
import { WEBGPU } from './webgpu.ts';

/** Those that need no TensorFlow.js. */
export const SMALL_RUNTIMES = { runtimes: { webgpu: WEBGPU, wasm: WASM }, order: [WEBGPU, WASM] } satisfies RuntimeTable;
