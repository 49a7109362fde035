import type { RuntimeEntry } from './entry.ts';

/** Our own WebAssembly kernels, on the processor. */
export const WASM: RuntimeEntry = {
  kind: 'wasm',
  title: 'WebAssembly',
  async open({ network, weights }, { threads }) {
    const [{ createWasmRunner }, { createMapsRuntime }] = await Promise.all([
      import('../wasm/runtime.ts'),
      import('../runtime/maps-runtime.ts'),
    ]);
    return createMapsRuntime(await createWasmRunner(network, weights, { threads }), network);
  },
};
