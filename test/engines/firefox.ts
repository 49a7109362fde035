import { createRequire } from 'node:module';
import type { EngineBrowser } from './browser.ts';
import { expressionOf } from './browser.ts';

/** What is used of puppeteer-core, which test/engines/run.mjs installs where no build sees it. */
interface Page {
  goto(address: string): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}
interface Browser {
  newPage(): Promise<Page>;
  version(): Promise<string>;
  close(): Promise<void>;
}
interface Launcher {
  launch(options: object): Promise<Browser>;
}

/** Firefox without a window, WebGPU switched on where it is not yet the default. */
export async function openFirefox(): Promise<EngineBrowser> {
  const packages = createRequire(`${process.env.MANYPOSE_ENGINES}/package.json`);
  const { default: puppeteer } = (await import(packages.resolve('puppeteer-core'))) as { default: Launcher };
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX,
    headless: true,
    protocolTimeout: 600_000,
    extraPrefsFirefox: { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true },
  });
  const page = await browser.newPage();
  return {
    version: await browser.version(),
    page: {
      async goto(address) {
        await page.goto(address);
      },
      evaluate: async (work, given) => (await page.evaluate(expressionOf(work, given))) as never,
    },
    close: () => browser.close(),
  };
}
