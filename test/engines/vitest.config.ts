import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  publicDir: false,
  // One browser at a time: each takes all cores there are.
  test: { include: ['test/engines/*.spec.ts'], testTimeout: 600_000, hookTimeout: 300_000, fileParallelism: false },
});
