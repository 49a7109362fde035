import { expect, test } from '@playwright/test';
import { executablePath, QUIET } from './chromium.ts';
import { DEMO } from './servers.ts';

// A browser without graphics hardware and WebGPU, and without the permission to use a camera.
const WITHOUT = ['--disable-gpu', '--use-fake-device-for-media-stream', '--enable-unsafe-swiftshader'];
test.use({ baseURL: DEMO, launchOptions: { executablePath, args: [...QUIET, ...WITHOUT] } });

const QUICK = '?size=64&model=/models/tiny_people/';

test('without hardware, something slower does the work and the page says so', async ({ page }) => {
  await page.goto(`/${QUICK}`);
  await expect(page.locator('#stage')).toHaveAttribute('data-state', 'done');
  await expect(page.locator('#runtime')).toHaveAttribute('data-kind', 'wasm');
  await expect(page.locator('#runtime-name')).toHaveText(/^WebAssembly · /);
  await expect(page.locator('#fallback')).toBeVisible();
  await expect(page.locator('#fallback')).toContainText('the processor does');
  await expect(page.locator('#people')).toHaveText(/\d/);
});

test('WebGPU asked for by name is not replaced in silence', async ({ page }) => {
  await page.goto(`/${QUICK}&runtime=webgpu`);
  await expect(page.locator('#problem')).toHaveAttribute('data-problem', 'no-runtime');
  await expect(page.locator('#problem')).toContainText('WebGPU is not available here');
  await page.locator('#problem-action').click();
  await expect(page.locator('#stage')).toHaveAttribute('data-state', 'done');
  await expect(page.locator('#runtime')).toHaveAttribute('data-kind', 'wasm');
});

for (const { withheld, kinds } of [
  { withheld: 'WebGL', kinds: ['webgl2', 'webgl', 'experimental-webgl'] },
  { withheld: 'WebGL 2', kinds: ['webgl2'] },
]) {
  test(`without WebGPU and ${withheld}, the page says what to do`, async ({ page }) => {
    await page.addInitScript((refused) => {
      for (const canvas of [HTMLCanvasElement.prototype, OffscreenCanvas.prototype]) {
        const getContext = canvas.getContext as (this: unknown, kind: string, ...rest: unknown[]) => unknown;
        canvas.getContext = function (this: unknown, kind: string, ...rest: unknown[]) {
          return refused.includes(kind) ? null : getContext.call(this, kind, ...rest);
        } as never;
      }
    }, kinds);
    await page.goto(`/${QUICK}&runtime=webgl`);
    await expect(page.locator('#problem')).toHaveAttribute('data-problem', 'no-runtime');
    await expect(page.locator('#runtime-name')).toHaveText('Not running');
  });
}

test('a camera that is not allowed says how to allow it', async ({ page }) => {
  await page.goto(`/${QUICK}`);
  await expect(page.locator('#stage')).toHaveAttribute('data-state', 'done');
  await page.locator('#camera').click();
  await expect(page.locator('#problem')).toHaveAttribute('data-problem', 'camera-denied');
  await expect(page.locator('#problem')).toContainText('Allow it in the browser');
  await expect(page.locator('#problem-action')).toHaveText('Try again');
  await page.locator('#problem-close').click();
  await expect(page.locator('#problem')).toBeHidden();
});
