import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { namedModel } from '../../src/model/named-models.ts';
import type { NetworkMaps } from '../../src/ops/network-maps.ts';
import {
  GOLDEN_NETWORKS,
  GOLDEN_TOLERANCE,
  SMALLEST_GOLDEN,
  errorWords,
  goldenErrors,
  goldenOutputs,
} from '../support/golden.ts';
import { CASES } from './cases.ts';

/**
 * WebGPU's own conformance, and plain JavaScript's, is tested in Node, quicker. TensorFlow.js on WebGPU,
 * which is there to compare with, takes minutes without a GPU: with ALL_RUNTIMES=1.
 */
/** WebGL on a CPU takes seconds to compile the shaders of each size: without ALL_RUNTIMES one size has to do. */
const sizesOn = (kind: string): number | undefined => (kind === 'webgl' && !process.env.ALL_RUNTIMES ? 1 : undefined);
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
        const words = await page.evaluate(([k, n, sizes]) => window.conform(k, n, sizes), [kind, name, sizesOn(kind)] as const);
        if (words) console.log(words);
      });
    }

    // `npm run test:all-networks`.
    for (const id of process.env.ALL_NETWORKS && kind === 'webgl' ? GOLDEN_NETWORKS : []) {
      test(`gives the official outputs of ${id}, one of all networks`, async () => {
        const { adapter, maps } = await page.evaluate(([k, n, size]) => window.networkMaps(k, n, ...size), [
          kind,
          id,
          SMALLEST_GOLDEN,
        ] as const);
        const errors = goldenErrors(namedModel(id)!, maps as unknown as NetworkMaps);
        console.log(`${id} on ${kind}, ${adapter}: ${errorWords(errors)}`);
        for (const error of Object.values(errors)) expect(error).toBeLessThan(GOLDEN_TOLERANCE);
      });
    }
  });
}
