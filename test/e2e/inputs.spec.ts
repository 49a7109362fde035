import { test } from '@playwright/test';
import { expectSamePoses, posesByKind } from './inputs.ts';
import { RUNTIMES } from './runtimes.ts';

for (const runtime of RUNTIMES.filter((each) => each !== 'webgl')) {
  test(`every kind of input gives the same poses on ${runtime}`, async ({ page }) => {
    await page.goto('/test/e2e/pages/api.html');
    expectSamePoses(await posesByKind(page, { runtime }), 8);
  });
}

// WebGL takes pixels from memory or a canvas, and videos as they are; on a CPU each costs a second.
test('what WebGL takes apart gives the same poses', async ({ page }) => {
  await page.goto('/test/e2e/pages/api.html');
  expectSamePoses(await posesByKind(page, { runtime: 'webgl' }, { kinds: ['canvas', 'pixels', 'video'] }), 3);
});

test("every kind of input may be an iframe's", async ({ page }) => {
  await page.goto('/test/e2e/pages/api.html');
  expectSamePoses(await posesByKind(page, { runtime: 'wasm' }, { inIframe: true }), 8);
});

test("a GPU takes an iframe's images", async ({ page }) => {
  await page.goto('/test/e2e/pages/api.html');
  expectSamePoses(await posesByKind(page, { runtime: 'webgpu' }, { inIframe: true, kinds: ['canvas', 'bitmap'] }), 2);
});
