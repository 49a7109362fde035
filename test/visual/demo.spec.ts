import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

// Real poses of the shipped model, at an input that is quick on a CPU.
const RESULT = '/?runtime=webgpu&size=128&sample=skiers';

const stylePath = fileURLToPath(new URL('./same-everywhere.css', import.meta.url));

async function look(page: Page, name: string, fullPage = false): Promise<void> {
  // Times and the adapter's name are the machine's own.
  const mask = [page.locator('[data-timing]'), page.locator('#runtime-name'), page.locator('#reason')];
  await expect(page).toHaveScreenshot(`${name}.png`, {
    stylePath, mask, maskColor: '#39445c', fullPage, animations: 'disabled',
    // Another CPU's rounding may move a line's soft edge by a shade; a skeleton has 4,000 pixels and
    // more, a line of text hundreds: both are over 0.04 % of the page.
    maxDiffPixelRatio: 0.0004,
  });
}

test.beforeEach(async ({ page }) => {
  const installed = await page.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d')!;
    const width = (font: string): number => {
      context.font = `40px ${font}`;
      return context.measureText('Will it fit?').width;
    };
    return width('"Liberation Sans", monospace') !== width('monospace');
  });
  expect(installed, 'these pictures need the font Liberation Sans: apt-get install fonts-liberation').toBe(true);
});

test('while the model loads', async ({ page }) => {
  await page.route('**/models/**', () => {}); // never answered
  await page.goto('/?sample=skiers');
  await expect(page.locator('#stage')).toHaveAttribute('data-state', 'loading');
  await look(page, 'loading');
});

test('a result', async ({ page }) => {
  await page.goto(RESULT);
  await expect(page.locator('#stage')).toHaveAttribute('data-state', 'done');
  await look(page, 'result');
});

test('a result on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 740 });
  await page.goto(RESULT);
  await expect(page.locator('#stage')).toHaveAttribute('data-state', 'done');
  await look(page, 'result-phone', true);
});

test('a failed download', async ({ page }) => {
  await page.route('**/models/**', (route) => route.fulfill({ status: 503 }));
  await page.goto('/?sample=kite');
  await expect(page.locator('#problem')).toBeVisible();
  await page.locator('#problem-detail').evaluate((detail) => { detail.textContent = 'download-failed'; });
  await look(page, 'problem');
});

test('a failed download on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 740 });
  await page.route('**/models/**', (route) => route.fulfill({ status: 503 }));
  await page.goto('/?sample=kite');
  await expect(page.locator('#problem')).toBeVisible();
  await page.locator('#problem-detail').evaluate((detail) => { detail.textContent = 'download-failed'; });
  await look(page, 'problem-phone');
});
