import { defineConfig } from '@playwright/test';
import { executablePath, QUIET, WEBGPU } from '../e2e/chromium.ts';

const PORT = 4179;
const PAGES = `http://localhost:${PORT}/`;

export default defineConfig({
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../../test-results',
  workers: 1,
  reporter: 'dot',
  timeout: 0,
  use: { baseURL: PAGES, headless: !process.env.HEADED, launchOptions: { executablePath, args: [...QUIET, ...WEBGPU] } },
  webServer: {
    command: `npx vite --config test/bench/vite.config.ts --port ${PORT} --strictPort`,
    cwd: '../..',
    url: `${PAGES}test/bench/page.html`,
    timeout: 60_000,
  },
});
