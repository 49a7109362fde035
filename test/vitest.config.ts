import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { wasmKernels } from '../src/wasm/rollup-plugin.mjs';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [wasmKernels()],
  publicDir: false,
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, fileParallelism: false },
});
