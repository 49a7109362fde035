import type { RuntimeKind } from '../runtime/runtime.ts';
import { CPU } from './cpu.ts';
import type { RuntimeEntry } from './entry.ts';
import { TFJS_WEBGPU, WEBGL } from './tfjs.ts';
import { WASM } from './wasm.ts';
import { WEBGPU } from './webgpu.ts';

/** The runtimes that an entry of the package knows, by kind; 'auto' tries those of `order`, one after another. */
export interface RuntimeTable {
  readonly runtimes: Readonly<Partial<Record<RuntimeKind, RuntimeEntry>>>;
  readonly order: readonly RuntimeEntry[];
}

/** All there are. */
export const ALL_RUNTIMES = {
  runtimes: { webgpu: WEBGPU, webgl: WEBGL, 'tfjs-webgpu': TFJS_WEBGPU, wasm: WASM, cpu: CPU },
  order: [WEBGPU, WEBGL, WASM, CPU],
} satisfies RuntimeTable;
