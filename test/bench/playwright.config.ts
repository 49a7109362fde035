import { defineConfig } from '@playwright/test';
import { executablePath, QUIET, WEBGPU } from '../e2e/chromium.ts';
import { PAGES, PAGES_PORT } from '../e2e/servers.ts';

export default defineConfig({
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../../test-results',
  workers: 1,
  reporter: 'dot',
  timeout: 0,
  use: { baseURL: PAGES, headless: !process.env.HEADED, launchOptions: { executablePath, args: [...QUIET, ...WEBGPU] } },
  webServer: {
    command: `npx vite --config test/e2e/vite.config.ts --port ${PAGES_PORT} --strictPort`,
    cwd: '../..', url: `${PAGES}test/e2e/pages/api.html`, timeout: 60_000,
  },
});
