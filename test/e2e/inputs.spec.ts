import { test } from '@playwright/test';
import { expectSamePoses, posesByKind } from './inputs.ts';
import { RUNTIMES } from './runtimes.ts';

for (const runtime of RUNTIMES) {
  test(`every kind of input gives the same poses on ${runtime}`, async ({ page }) => {
    await page.goto('/test/e2e/pages/api.html');
    expectSamePoses(await posesByKind(page, { runtime }), 8);
  });
}

for (const runtime of ['wasm', 'webgpu'] as const) {
  test(`every kind of input may be an iframe's on ${runtime}`, async ({ page }) => {
    await page.goto('/test/e2e/pages/api.html');
    expectSamePoses(await posesByKind(page, { runtime }, { inIframe: true }), 8);
  });
}
