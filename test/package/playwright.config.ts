import { defineConfig } from '@playwright/test';
import { executablePath, FAKE_CAMERA, QUIET, WEBGPU } from '../e2e/chromium.ts';

/** What npm publishes, in other people's projects. `--grep @quick` for what needs no registry. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/package',
  globalSetup: './pack.ts',
  // Two cores are kept busy.
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  // Installs and builds on a busy machine.
  timeout: 600_000,
  expect: { timeout: 120_000 },
  use: { launchOptions: { executablePath, args: [...QUIET, ...WEBGPU, ...FAKE_CAMERA] } },
});
