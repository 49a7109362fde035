import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { halvingScorer, tinyPeopleCheckpoint, tinyPeopleFiles } from '../support/tiny-people.ts';
import { QUICK } from './runtimes.ts';
import { DEMO } from './servers.ts';

test.use({ baseURL: DEMO });

const panel = (page: Page, id: string) => page.locator(`[data-panel=${id}]`);
const resultOf = (page: Page, id: string) => panel(page, id).locator('.panel-result').textContent();

/** What the panels show as pixels, a fingerprint each. */
const pictures = (page: Page) =>
  page.locator('.panel canvas').evaluateAll((all) =>
    Promise.all(
      all.map(async (canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
        return new Uint8Array(await crypto.subtle.digest('SHA-256', data)).join();
      }),
    ),
  );

test('shows a photo side by side, with one part switched off at a time', async ({ page }) => {
  await page.goto(`/${QUICK}&sample=skiers`);
  await expect(page.locator('#stage')).toHaveAttribute('data-state', 'done');
  await expect(page.locator('.panel').first()).toBeHidden();
  const downloads: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('.bin')) downloads.push(request.url());
  });
  await page.locator('#lab-toggle').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#lab-toggle')).toHaveAttribute('aria-expanded', 'true');
  for (const id of ['whole', 'guidance', 'adaptive', 'grouping']) {
    await expect(panel(page, id)).toHaveAttribute('data-state', 'done');
    expect(await resultOf(page, id)).toMatch(/^\d+ (people|person) · mean score (0\.\d\d|–) · \d+ ms$/);
  }
  // The weights are those that are there.
  expect(downloads).toEqual([]);
  const people = await page.locator('#people').textContent();
  expect(await resultOf(page, 'whole')).toMatch(new RegExp(`^${people} (people|person) `));
  for (const id of ['guidance', 'adaptive', 'grouping']) {
    await expect(panel(page, id)).toContainText('with everything on.');
    await expect(panel(page, id)).toContainText('Switched off at inference, not retrained.');
    await expect(panel(page, id)).not.toContainText('The same poses');
  }
  // There is no scoring net to switch off, and the page does not pretend that there was.
  await expect(panel(page, 'scoring')).toHaveAttribute('data-state', 'idle');
  await expect(panel(page, 'scoring')).toContainText('Changes nothing: this model has no scoring net.');
  await expect(panel(page, 'scoring')).not.toContainText('Switched off');
  // What this network's guidance changes is less than a pixel of these small pictures.
  const [whole, , ...others] = await pictures(page);
  expect(new Set([whole, ...others]).size).toBe(4);

  // A higher minimum leaves fewer, and nothing is run anew.
  await page.locator('#minimum').fill('0.5');
  await expect(panel(page, 'whole')).not.toContainText(`${people} people`);
  await expect(panel(page, 'whole')).toHaveAttribute('data-state', 'done');
  await page.locator('#minimum').fill('0.1');

  // Another photo is looked at as well, ...
  await page.locator('[data-sample=team]').click();
  await expect.poll(async () => (await pictures(page))[4]).not.toBe(others.at(-1));
  await expect(panel(page, 'grouping')).toHaveAttribute('data-state', 'done');

  // ... and by another model: the same as a checkpoint finds the same.
  const results = await Promise.all(['whole', 'guidance', 'adaptive', 'grouping'].map((id) => resultOf(page, id)));
  await page.setInputFiles('#checkpoint', { name: 'people.pth', mimeType: '', buffer: Buffer.from(tinyPeopleCheckpoint()) });
  await expect(page.locator('#model-origin')).toContainText('people.pth');
  await expect(panel(page, 'grouping')).toHaveAttribute('data-state', 'done');
  const withoutTime = (text: string | null): string => text!.replace(/ · \d+ ms$/, '');
  for (const [index, id] of ['whole', 'guidance', 'adaptive', 'grouping'].entries()) {
    expect(withoutTime(await resultOf(page, id))).toBe(withoutTime(results[index]));
  }
  expect(downloads).toEqual([]);

  // On a phone they lie one below the other.
  await page.setViewportSize({ width: 375, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  const lefts = await page.locator('.panel').evaluateAll((all) => all.map((each) => each.getBoundingClientRect().left));
  expect(new Set(lefts).size).toBe(1);

  await page.locator('#lab-toggle').click();
  await expect(page.locator('.panel').first()).toBeHidden();
});

test('switches a scoring net off where there is one, and an error in one panel costs the others nothing', async ({ page }) => {
  const files = new Map((await tinyPeopleFiles(halvingScorer())).map(({ name, bytes }) => [name, bytes]));
  let refuse = false;
  await page.route(/\/models\/scored\/[^&]*$/, (route) => {
    const bytes = files.get(new URL(route.request().url()).pathname.split('/').at(-1)!)!;
    return refuse ? route.abort('connectionreset') : route.fulfill({ body: Buffer.from(bytes) });
  });
  await page.goto(`/${QUICK.replace('tiny_people', 'scored')}&sample=skiers`);
  await expect(page.locator('#stage')).toHaveAttribute('data-state', 'done');
  // No other network can be made.
  refuse = true;
  await page.locator('#lab-toggle').click();
  await expect(panel(page, 'scoring')).toHaveAttribute('data-state', 'done');
  const score = (text: string | null): number => Number(/mean score ([\d.]+)/.exec(text!)![1]);
  expect(score(await resultOf(page, 'scoring'))).toBeGreaterThan(1.2 * score(await resultOf(page, 'whole')));
  await expect(panel(page, 'grouping')).toHaveAttribute('data-state', 'done');
  for (const id of ['guidance', 'adaptive']) {
    await expect(panel(page, id)).toHaveAttribute('data-state', 'failed');
    await expect(panel(page, id)).toContainText('download-failed');
  }
  await page.locator('[data-sample=team]').click();
  await expect(page.locator('#stage')).toHaveAttribute('data-state', 'done');
  await expect(page.locator('#problem')).toBeHidden();

  // Of a camera, it takes one frame, and another one when it is asked to; Chromium's shows much green.
  await page.locator('#camera').click();
  await expect(page.locator('#lab-again')).toBeVisible();
  await expect(panel(page, 'scoring')).toHaveAttribute('data-state', 'done');
  const [red, green] = await page
    .locator('.panel canvas')
    .first()
    .evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      return (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(width / 2, height / 4, 1, 1).data;
    });
  expect(green).toBeGreaterThan(red + 50);
  const shown = await pictures(page);
  await page.locator('#lab-again').click();
  await expect.poll(async () => (await pictures(page))[0]).not.toBe(shown[0]);
});
