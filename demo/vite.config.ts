import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { wasmKernels } from '../src/wasm/rollup-plugin.mjs';
import type { Plugin } from 'vite';
import { serveFolder } from './serve-models.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const models = join(root, 'models');

/** The dev server gives ../models at /models/. */
const serveModels: Plugin = {
  name: 'serve-models',
  apply: 'serve',
  configureServer(server) {
    server.middlewares.use('/models', serveFolder(models));
  },
};

/** A build has a copy of the model: 60 MB that no bundler should see. */
const copyModels: Plugin = {
  name: 'copy-models',
  apply: 'build',
  async writeBundle({ dir }) {
    await cp(join(models, 'coco_w32'), join(dir!, 'models/coco_w32'), { recursive: true });
  },
};

const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  root: here,
  base: './',
  cacheDir: join(root, 'node_modules/.vite/demo'),
  plugins: [wasmKernels(), serveModels, copyModels],
  resolve: {
    alias: [
      { find: /^manypose$/, replacement: join(root, 'src/index.ts') },
      { find: /^manypose\/(\w+)$/, replacement: join(root, 'src/$1/index.ts') },
    ],
  },
  // Isolated from other origins, a page may share memory: WebAssembly then runs on several threads.
  server: { fs: { allow: [root] }, headers: ISOLATED },
  preview: { headers: ISOLATED },
  // The fallback is imported only when it is needed; found that late, vite would reload the page.
  optimizeDeps: { include: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgl', '@tensorflow/tfjs-backend-webgpu'] },
  // The converter's, which is fetched only where a checkpoint is opened.
  worker: { format: 'es' },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
});
