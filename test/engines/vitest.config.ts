import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  publicDir: false,
  test: { include: ['test/engines/*.spec.ts'], testTimeout: 240_000, hookTimeout: 120_000 },
});
