import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vite';
import pages from '../e2e/vite.config.ts';

/** As for the browser tests, and isolated from other origins, so that memory can be shared by threads. */
export default mergeConfig(
  pages,
  defineConfig({
    cacheDir: fileURLToPath(new URL('../../node_modules/.vite/bench', import.meta.url)),
    optimizeDeps: { entries: ['test/bench/page.html'], include: ['@tensorflow/tfjs-backend-wasm'] },
    server: { headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } },
  }),
);
