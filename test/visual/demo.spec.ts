import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { Pose } from '../../src/pose.ts';
import { similaritiesTo } from '../e2e/annotations.ts';

// Real poses of the shipped model, at an input that is quick on a CPU.
const RESULT = '/?runtime=wasm&size=128&sample=skiers';

const stylePath = fileURLToPath(new URL('./same-everywhere.css', import.meta.url));

async function look(page: Page, name: string, fullPage = false): Promise<void> {
  // Times and the adapter's name are the machine's own.
  const mask = [page.locator('[data-timing]'), page.locator('#runtime-name'), page.locator('#reason')];
  await expect(page).toHaveScreenshot(`${name}.png`, {
    stylePath,
    mask,
    maskColor: '#39445c',
    fullPage,
    animations: 'disabled',
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

// The one run of the shipped network in a browser: that it finds the people is checked along with the picture.
test('a result, wide and on a phone', async ({ page }) => {
  await page.goto(RESULT);
  await expect(page.locator('#stage')).toHaveAttribute('data-state', 'done');
  await look(page, 'result');

  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
  const { poses } = JSON.parse(readFileSync(await download.path(), 'utf8')) as { poses: Pose[] };
  const similarities = similaritiesTo('skiers', poses);
  console.log('similarity to the annotations:', similarities.map((value) => value.toFixed(2)).join(' '));
  expect(similarities.filter((value) => value > 0.5).length).toBeGreaterThanOrEqual(4);

  await page.setViewportSize({ width: 375, height: 740 });
  await look(page, 'result-phone', true);

  // What the network looked at to find the first one.
  await page.locator('#views input[value=sampling]').check({ force: true });
  await expect(page.locator('#view-choice')).toBeVisible();
  await page.locator('#frame').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('#taps')).toContainText('Person 1: scale');
  await expect(page.locator('#stage')).toHaveScreenshot('sampling.png', {
    stylePath,
    animations: 'disabled',
    maxDiffPixelRatio: 0.002,
  });
});

test('a failed download', async ({ page }) => {
  await page.route('**/models/**', (route) => route.fulfill({ status: 503 }));
  await page.goto('/?sample=kite');
  await expect(page.locator('#problem')).toBeVisible();
  await page.locator('#problem-detail').evaluate((detail) => {
    detail.textContent = 'download-failed';
  });
  await look(page, 'problem');
});

test('a failed download on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 740 });
  await page.route('**/models/**', (route) => route.fulfill({ status: 503 }));
  await page.goto('/?sample=kite');
  await expect(page.locator('#problem')).toBeVisible();
  await page.locator('#problem-detail').evaluate((detail) => {
    detail.textContent = 'download-failed';
  });
  await look(page, 'problem-phone');
});
