import { defineConfig } from '@playwright/test';
import { executablePath, FAKE_CAMERA, QUIET, WEBGPU } from './chromium.ts';
import { DEMO, DEMO_PORT, PAGES, PAGES_PORT } from './servers.ts';

export default defineConfig({
  outputDir: '../../test-results',
  // Two cores are kept busy.
  workers: 2,
  // A test that fails now and then is a failing test.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  // For a machine that is five times slower than two cores without a GPU, or busy with something else.
  timeout: 600_000,
  expect: { timeout: 300_000 },
  use: {
    baseURL: PAGES,
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 1,
    launchOptions: { executablePath, args: [...QUIET, ...WEBGPU, ...FAKE_CAMERA] },
  },
  projects: [
    // The longest file first, so that no core waits for the other at the end.
    { name: 'conformance', testDir: '../conformance', testMatch: '*.spec.ts' },
    { name: 'e2e', testDir: '.', testMatch: '*.spec.ts' },
    {
      name: 'visual',
      testDir: '../visual',
      testMatch: '*.spec.ts',
      snapshotPathTemplate: '{testDir}/baselines/{arg}{ext}',
      use: { baseURL: DEMO },
    },
    { name: 'tfjs', testDir: '../tfjs', testMatch: '*.spec.ts' },
  ],
  webServer: [
    {
      command: `npx vite --config test/e2e/demo.vite.config.ts --port ${DEMO_PORT} --strictPort`,
      cwd: '../..',
      url: DEMO,
      timeout: 300_000,
    },
    {
      command: `npx vite --config test/e2e/vite.config.ts --port ${PAGES_PORT} --strictPort`,
      cwd: '../..',
      url: `${PAGES}test/e2e/pages/api.html`,
      timeout: 300_000,
    },
  ],
});
