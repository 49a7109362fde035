import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { Pose } from '../../src/pose.ts';
import { QUICK } from './runtimes.ts';
import { DEMO } from './servers.ts';

test.use({ baseURL: DEMO });

const SKIERS = `/${QUICK}&sample=skiers`;
const done = (page: Page) => expect(page.locator('#stage')).toHaveAttribute('data-state', 'done');
const overlay = (page: Page) => page.locator('#frame canvas');
const taps = (page: Page) => page.locator('#taps');

/** Each view is a radio button that lies see-through on its words. */
async function choose(page: Page, view: string): Promise<void> {
  await page.locator(`#views input[value=${view}]`).check({ force: true });
}

/** With the mouse, at parts of the picture's width and height. */
async function pointAt(page: Page, across: number, down: number): Promise<void> {
  const { width, height } = (await page.locator('#frame').boundingBox())!;
  await page.locator('#frame').hover({ position: { x: across * width, y: down * height } });
}

/** Parts of the picture's width and height. The tiny network is not good: of somebody who is in the picture. */
async function middleOfSomebody(page: Page): Promise<[across: number, down: number]> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
  const { image, poses } = JSON.parse(readFileSync(await download.path(), 'utf8')) as {
    image: { width: number; height: number };
    poses: Pose[];
  };
  const middles = poses.map(({ box: { xMin, yMin, width, height } }): [number, number] => [
    (xMin + width / 2) / image.width,
    (yMin + height / 2) / image.height,
  ]);
  return middles.find((middle) => middle.every((part) => part > 0.05 && part < 0.95))!;
}

/** What lies over the picture: a fingerprint of it, and the parts of its pixels that are touched and that are opaque. */
const drawn = (page: Page) =>
  overlay(page).evaluate(async (canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const alphas = data.filter((_, i) => i % 4 === 3);
    const part = (is: (alpha: number) => boolean): number => alphas.filter(is).length / alphas.length;
    const print = new Uint8Array(await crypto.subtle.digest('SHA-256', data)).join();
    return { print, touched: part((alpha) => alpha > 0), opaque: part((alpha) => alpha === 255) };
  });

test('shows what goes on in the network, from one run of it', async ({ page }) => {
  await page.goto(SKIERS);
  await done(page);
  const [people, skeletons] = [await page.locator('#people').textContent(), await drawn(page)];
  await expect(page.locator('#view-more')).toBeHidden();

  await choose(page, 'heatmaps');
  await expect(overlay(page)).toHaveAttribute('aria-label', /sees keypoints/);
  await done(page);
  await expect(page.locator('#people')).toHaveText(people!);
  await expect(page.locator('#legend')).toBeVisible();
  const all = await drawn(page);
  // The picture is darkened as a whole, so that weak heat is seen, and shines through.
  expect([all.touched, all.opaque]).toEqual([1, 0]);
  await page.locator('#view-detail').selectOption('left ankle');
  const ankles = await drawn(page);
  expect(ankles.print).not.toBe(all.print);

  const network = await page.locator('#network').textContent();
  const prints = new Set([skeletons.print, all.print, ankles.print]);
  for (const [view, legend, choice] of [
    ['centers', true, false],
    ['offsets', false, false],
    ['sampling', false, true],
  ] as const) {
    await choose(page, view);
    await expect(page.locator('#view-words')).not.toBeEmpty();
    await expect(page.locator('#legend')).toBeVisible({ visible: legend });
    await expect(page.locator('#view-choice')).toBeVisible({ visible: choice });
    const { print, touched } = await drawn(page);
    expect(touched).toBeGreaterThan(0.001);
    prints.add(print);
  }
  expect(prints.size).toBe(6);
  // Those who score less than the minimum are not among them.
  const before = await drawn(page);
  await page.locator('#minimum').fill('0.5');
  expect((await drawn(page)).print).not.toBe(before.print);
  await page.locator('#minimum').fill('0.1');
  // Any adaptive convolution can be looked at.
  const layers = page.locator('#view-detail option');
  await expect(layers).toHaveCount(8);
  await expect(layers.first()).toHaveText('regression.0.0.stn_conv2, dilation 1');
  await page.locator('#view-detail').selectOption('heatmap.2.0.stn_conv1, dilation 3');
  expect((await drawn(page)).print).not.toBe(before.print);

  await choose(page, 'poses');
  expect((await drawn(page)).print).toBe(skeletons.print);
  // All of it was one run.
  await expect(page.locator('#network')).toHaveText(network!);
});

test('tells the nine taps of a person or a place that is pointed at', async ({ page }) => {
  await page.goto(SKIERS);
  await done(page);
  await choose(page, 'sampling');
  await done(page);
  await expect(page.locator('#view-choice')).toBeVisible();
  const people = Number(await page.locator('#people').textContent());
  const unpointed = await drawn(page);
  const WORDS =
    /scale \d\.\d, angle \d+°( (anti)?clockwise)?(, mirrored)?; longest \d+\.\d leaning \d+°( (anti)?clockwise)?, \d+\.\d across/;

  // The sky.
  await pointAt(page, 1 / 8, 1 / 8);
  await expect(taps(page)).toHaveText(new RegExp(`^Here: ${WORDS.source}$`));
  expect((await drawn(page)).print).not.toBe(unpointed.print);
  await pointAt(page, ...(await middleOfSomebody(page)));
  await expect(taps(page)).toHaveText(new RegExp(`^Person \\d: ${WORDS.source}\nHere: ${WORDS.source}$`));
  await page.locator('#people').hover();
  await expect(taps(page)).toBeHidden();
  expect((await drawn(page)).print).toBe(unpointed.print);

  // By keys, from person to person and round.
  await page.locator('#views input[value=sampling]').focus();
  await page.locator('#frame').focus();
  for (const [key, person] of [
    ['ArrowRight', 1],
    ['ArrowDown', 2],
    ['ArrowLeft', 1],
    ['ArrowUp', people],
  ] as const) {
    await page.keyboard.press(key);
    await expect(taps(page)).toHaveText(new RegExp(`^Person ${person}: ${WORDS.source}$`));
    await expect(page.locator('#announcer')).toHaveText((await taps(page).textContent())!);
  }
  // Nothing of it stays on another picture.
  await page.locator('[data-sample=kite]').click();
  await expect(taps(page)).toBeHidden();
  await done(page);
  await choose(page, 'poses');
  await expect(page.locator('#frame')).not.toHaveAttribute('tabindex');
});

test.describe('with a finger', () => {
  test.use({ hasTouch: true, viewport: { width: 375, height: 740 } });

  test('a tap tells who is there, or the taps of the place, until the next one', async ({ page }) => {
    await page.goto(SKIERS);
    await done(page);
    await choose(page, 'sampling');
    await expect(page.locator('#view-choice')).toBeVisible();
    const { width, height } = (await page.locator('#frame').boundingBox())!;
    await page.locator('#frame').tap({ position: { x: 0.9 * width, y: 0.1 * height } });
    await expect(taps(page)).toHaveText(/^Here: scale/);
    const [across, down] = await middleOfSomebody(page);
    await page.locator('#frame').tap({ position: { x: across * width, y: down * height } });
    await expect(taps(page)).toHaveText(/^Person \d: scale [^\n]*$/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  });
});

test('looks inside once, and says so, where poses come of several runs', async ({ page }) => {
  await page.goto(SKIERS);
  await done(page);
  await page.locator('#flip').check();
  await done(page);
  const flipped = await drawn(page);
  await choose(page, 'offsets');
  await expect(overlay(page)).toHaveAttribute('aria-label', /offsets/);
  await done(page);
  await expect(page.locator('#view-plain')).toBeVisible();
  await choose(page, 'poses');
  // Of both runs again, not of the one that was looked into.
  await expect.poll(async () => (await drawn(page)).print).toBe(flipped.print);
  await choose(page, 'heatmaps');
  await page.locator('#flip').uncheck();
  await expect(page.locator('#view-plain')).toBeHidden();
});

test('shows of a live picture the frames that were looked at', async ({ page, context }) => {
  await context.grantPermissions(['camera']);
  await page.goto(SKIERS);
  await done(page);
  await choose(page, 'heatmaps');
  await page.locator('#camera').click();
  await expect(page.locator('#stage')).toHaveAttribute('data-state', 'live');
  await expect(page.locator('#legend')).toBeVisible();
  await expect.poll(async () => (await drawn(page)).opaque).toBe(1);
  const first = (await drawn(page)).print;
  await expect.poll(async () => (await drawn(page)).print).not.toBe(first);

  await choose(page, 'sampling');
  await pointAt(page, 1 / 2, 1 / 2);
  await expect(taps(page)).toContainText('Here: scale');
  // They stay on show from frame to frame.
  const network = await page.locator('#network').textContent();
  await expect(page.locator('#network')).not.toHaveText(network!);
  await expect(taps(page)).toContainText('Here: scale');
});
