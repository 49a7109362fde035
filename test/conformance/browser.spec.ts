import { test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { goldenOutputs } from '../support/golden.ts';
import { CASES } from './cases.ts';

/**
 * WebGPU's own conformance, and plain JavaScript's, is tested in Node, quicker. TensorFlow.js on WebGPU,
 * which is there to compare with, takes minutes without a GPU: with ALL_RUNTIMES=1.
 */
const KINDS = process.env.ALL_RUNTIMES ? (['wasm', 'webgl', 'tfjs-webgpu'] as const) : (['wasm', 'webgl'] as const);

for (const kind of KINDS) {
  test.describe(kind, () => {
    let page: Page;

    test.beforeAll(async ({ browser }) => {
      page = await browser.newPage();
      await page.exposeFunction('golden', (model: string, width: number, height: number) =>
        goldenOutputs(model, width, height).map((values) => [...values]),
      );
      await page.goto(new URL('/test/conformance/page.html', test.info().project.use.baseURL).href);
      await page.waitForFunction(() => 'conform' in window);
    });

    test.afterAll(() => page.close());

    for (const name of Object.keys(CASES)) {
      test(name, async () => {
        const words = await page.evaluate(([k, n]) => window.conform(k, n), [kind, name] as const);
        if (words) console.log(words);
      });
    }
  });
}
