import type { RuntimeTable } from './table.ts';
import { WEBGPU } from './webgpu.ts';

/** Those that need no TensorFlow.js. */
export const SMALL_RUNTIMES = {
  runtimes: { webgpu: WEBGPU },
  order: [WEBGPU],
} satisfies RuntimeTable;
