import { test } from '@playwright/test';
import { expectSamePoses, posesByKind } from './inputs.ts';

for (const { runtime, backend } of [{ runtime: 'webgpu', backend: undefined }, { runtime: 'tfjs', backend: 'webgl' }] as const) {
  test(`every kind of input gives the same poses on ${runtime}`, async ({ page }) => {
    await page.goto('/test/e2e/pages/api.html');
    expectSamePoses(await posesByKind(page, { runtime, backend }), 8);
  });
}
