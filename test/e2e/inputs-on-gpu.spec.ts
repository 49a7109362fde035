import { expect, test } from '@playwright/test';
import { executablePath, FAKE_CAMERA, PAINTED_BY_GPU, QUIET, WEBGPU } from './chromium.ts';
import { expectSamePoses, posesByKind } from './inputs.ts';

test.use({ launchOptions: { executablePath, args: [...QUIET, ...WEBGPU, ...PAINTED_BY_GPU, ...FAKE_CAMERA] } });

test("videos within the GPU's reach are read without a copy, and give the same poses", async ({ page }) => {
  await page.addInitScript(() => {
    const counts = { imported: 0, failed: 0 };
    const importTexture = GPUDevice.prototype.importExternalTexture;
    GPUDevice.prototype.importExternalTexture = function (descriptor) {
      try {
        const texture = importTexture.call(this, descriptor);
        counts.imported++;
        return texture;
      } catch (error) {
        counts.failed++;
        throw error;
      }
    };
    Object.assign(window, { imports: counts });
  });
  await page.goto('/test/e2e/pages/api.html');
  expectSamePoses(await posesByKind(page, { runtime: 'webgpu' }, { kinds: ['video', 'videoFrame'] }), 2);
  expect(await page.evaluate(() => (window as unknown as { imports: unknown }).imports)).toEqual({ imported: 2, failed: 0 });
});
