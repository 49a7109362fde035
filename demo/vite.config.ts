import { createReadStream } from 'node:fs';
import { cp, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { wasmKernels } from '../src/wasm/rollup-plugin.mjs';
import type { Plugin } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const models = join(root, 'models');

const TYPES: Record<string, string> = { '.json': 'application/json', '.md': 'text/markdown' };

/** The dev server gives ../models at /models/. */
const serveModels: Plugin = {
  name: 'serve-models',
  apply: 'serve',
  configureServer(server) {
    server.middlewares.use('/models', async (request, response, next) => {
      const path = normalize(join(models, decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname)));
      if (!path.startsWith(models + sep)) return next();
      const info = await stat(path).catch(() => undefined);
      if (!info?.isFile()) {
        // Without this vite answers with index.html, and a missing shard would look like a corrupt one.
        response.statusCode = 404;
        return response.end();
      }
      response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream');
      response.setHeader('Content-Length', info.size);
      createReadStream(path).pipe(response);
    });
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
  resolve: { alias: { manypose: join(root, 'src/index.ts') } },
  // Isolated from other origins, a page may share memory: WebAssembly then runs on several threads.
  server: { fs: { allow: [root] }, headers: ISOLATED },
  preview: { headers: ISOLATED },
  // The fallback is imported only when it is needed; found that late, vite would reload the page.
  optimizeDeps: {
    include: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-webgl', '@tensorflow/tfjs-backend-webgpu'],
  },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
});
