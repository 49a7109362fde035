import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { shaders } from '../shaders/rollup-plugin.mjs';
import { wasmKernels } from '../src/wasm/rollup-plugin.mjs';
import { SlowFirst } from './slow-first.ts';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [shaders(), wasmKernels()],
  publicDir: false,
  // For a machine that is five times slower than two cores without a GPU, or busy with something else.
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
  },
});
