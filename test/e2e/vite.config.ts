import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { shaders } from '../../shaders/rollup-plugin.mjs';
import { wasmKernels } from '../../src/wasm/rollup-plugin.mjs';
import { serveTinyPeople } from '../support/serve-tiny-people.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Serves the repository, so that a test page can import the library's sources and fetch its models. */
export default defineConfig({
  root,
  // A file that is missing is a 404 and not index.html.
  appType: 'mpa',
  plugins: [shaders(), wasmKernels(), serveTinyPeople()],
  cacheDir: `${root}node_modules/.vite/e2e`,
  optimizeDeps: {
    entries: ['test/e2e/pages/*.html', 'test/conformance/page.html', 'test/tfjs/kernels-page.html'],
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-backend-webgpu',
      '@tensorflow/tfjs-backend-cpu',
    ],
  },
});
