import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  publicDir: false,
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, fileParallelism: false },
});
