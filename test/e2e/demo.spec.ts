import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { QUICK } from './runtimes.ts';
import { DEMO } from './servers.ts';

test.use({ baseURL: DEMO });

async function open(page: Page, query: string): Promise<void> {
  await page.goto(`/${query}`);
  await expect(page.locator('#stage')).toHaveAttribute('data-state', /done|live|problem/);
}

const state = (page: Page) => page.locator('#stage');
const problem = (page: Page) => page.locator('#problem');

/** A second of a white square that moves to the right, 160×96 pixels, VP8; recorded by a browser's MediaRecorder. */
const FILM = 'test/fixtures/films/square.webm';

test('finds the people of a sample, says on what, and saves their poses', async ({ page }) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(DEMO)) foreign.push(request.url());
  });
  await open(page, `${QUICK}&sample=skiers`);
  await expect(state(page)).toHaveAttribute('data-state', 'done');
  await expect(page.locator('#runtime')).toHaveAttribute('data-kind', 'wasm');
  await expect(page.locator('#runtime-name')).toHaveText(/^WebAssembly · \S/);
  await expect(page.locator('#reason')).not.toBeEmpty();
  await expect(page.locator('#fallback')).toBeHidden();
  await expect(page.locator('figcaption')).toContainText('CC BY 2.0');
  const people = Number(await page.locator('#people').textContent());
  expect(people).toBeGreaterThanOrEqual(4);
  await expect(page.locator('#announcer')).toHaveText(`${people} people found`);
  expect(Number(await page.locator('#total').textContent())).toBeGreaterThan(0);

  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
  const saved = JSON.parse(readFileSync(await download.path(), 'utf8'));
  expect(download.suggestedFilename()).toBe('skiers-poses.json');
  expect(saved.image).toEqual({ name: 'skiers', width: 640, height: 360 });
  expect(saved.poses).toHaveLength(people);

  // The slider weighs the same poses anew.
  await page.locator('#minimum').fill('0.5');
  const sure = saved.poses.filter((pose: { score: number }) => pose.score >= 0.5).length;
  await expect(page.locator('#people')).toHaveText(String(sure));

  // Other scales find other poses: the network runs anew.
  const before = await page.locator('#network').textContent();
  await page.locator('#scales').selectOption('0.5,1');
  await expect(page.locator('#network')).not.toHaveText(before!);
  await expect(state(page)).toHaveAttribute('data-state', 'done');

  // A quality takes the place of size, scales and flip.
  const own = await page.locator('#network').textContent();
  await page.locator('#quality').selectOption('fast');
  await expect(page.locator('#size')).toBeHidden();
  await expect(page.locator('#network')).not.toHaveText(own!);
  await expect(state(page)).toHaveAttribute('data-state', 'done');
  await page.locator('#quality').selectOption('');
  await expect(page.locator('#size')).toBeVisible();
  expect(foreign).toEqual([]);
});

test('changes samples and settings by keyboard alone', async ({ page }) => {
  await open(page, QUICK);
  await page.keyboard.press('Tab');
  await expect(page.locator('.skip')).toBeFocused();
  // Past the skip link, the two links of the credit and the view that is chosen.
  for (let i = 0; i < 4; i++) await page.keyboard.press('Tab');
  await expect(page.locator('[data-sample=skiers]')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.locator('[data-sample=sidewalk]')).toBeFocused();
  const outline = await page.locator('[data-sample=sidewalk]').evaluate((button) => getComputedStyle(button).outlineWidth);
  expect(outline).toBe('3px');
  await page.keyboard.press('Enter');
  await expect(page.locator('figcaption')).toContainText('sidewalk');
  await expect(page.locator('[data-sample=sidewalk]')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.locator('[data-sample=skiers]')).toHaveAttribute('aria-pressed', 'false');
  await expect(state(page)).toHaveAttribute('data-state', 'done');
});

test('every control has a name, and every text enough contrast', async ({ page }) => {
  await open(page, QUICK);
  const found = await page.evaluate(() => {
    const named = (control: Element): boolean => {
      const { labels, textContent, title } = control as HTMLInputElement;
      return Boolean(
        control.getAttribute('aria-label') ||
        labels?.length ||
        textContent?.trim() ||
        control.querySelector('img[alt]:not([alt=""])') ||
        title,
      );
    };
    const parse = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: number[]): number => {
      const [r, g, b] = color.slice(0, 3).map((value) => {
        const c = value / 255;
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element: Element | null): number[] => {
      for (let each = element; each; each = each.parentElement) {
        const color = parse(getComputedStyle(each).backgroundColor);
        if (color.length === 3 || color[3] > 0.9) return color;
      }
      return [255, 255, 255];
    };
    const low: string[] = [];
    let texts = 0;
    for (const element of document.querySelectorAll('body *')) {
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      if (!own || !element.checkVisibility() || element.matches(':disabled, option')) continue;
      texts++;
      const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(ground(element))].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < 4.5) low.push(`${element.textContent}: ${ratio.toFixed(2)}`);
    }
    const nameless = [...document.querySelectorAll('button, select, input, a')]
      .filter((control) => control.checkVisibility() && !named(control))
      .map((control) => control.outerHTML);
    return { low, texts, nameless };
  });
  expect(found.texts).toBeGreaterThan(20);
  expect(found.low).toEqual([]);
  expect(found.nameless).toEqual([]);
});

test('fits a phone', async ({ page }) => {
  await page.setViewportSize({ width: 375, height: 740 });
  await open(page, QUICK);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
  const heights = await page.locator('button:visible, select:visible').evaluateAll((all) => all.map((each) => each.clientHeight));
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(40);
});

test('opens a photo, and says so of a file that is none', async ({ page }) => {
  await open(page, QUICK);
  await page.setInputFiles('#file', { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('not a picture') });
  await expect(problem(page)).toHaveAttribute('data-problem', 'bad-file');
  await expect(problem(page)).toBeVisible();
  await expect(problem(page)).toContainText('notes.txt');
  await page.locator('#problem-close').click();
  await expect(problem(page)).toBeHidden();
  await page.setInputFiles('#file', 'demo/samples/pitcher.jpg');
  await expect(page.locator('figcaption')).toHaveText('pitcher.jpg');
  await expect(state(page)).toHaveAttribute('data-state', 'done');
});

test('takes a dropped photo', async ({ page }) => {
  await open(page, QUICK);
  const data = await page.evaluateHandle(async () => {
    const transfer = new DataTransfer();
    // Level grey, without a border of black: nothing stands out.
    const canvas = new OffscreenCanvas(128, 64);
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#707070';
    context.fillRect(0, 0, 128, 64);
    transfer.items.add(new File([await canvas.convertToBlob()], 'dropped.png', { type: 'image/png' }));
    return transfer;
  });
  await page.dispatchEvent('#stage', 'dragenter', { dataTransfer: data });
  await expect(page.locator('#drop-hint')).toBeVisible();
  await page.dispatchEvent('#stage', 'drop', { dataTransfer: data });
  await expect(page.locator('#drop-hint')).toBeHidden();
  await expect(page.locator('figcaption')).toHaveText('dropped.png');
  await expect(page.locator('#people')).toHaveText('0');
  await expect(page.locator('#announcer')).toHaveText('Nobody found');
});

test('a failed download can be tried again', async ({ page }) => {
  let fail = true;
  await page.route('**/models/tiny_people/*.{json,bin}', (route) => (fail ? route.abort('connectionreset') : route.continue()));
  await open(page, QUICK);
  await expect(problem(page)).toHaveAttribute('data-problem', 'download-failed');
  await expect(page.locator('#runtime-name')).toHaveText('Not running');
  await expect(page.locator('#problem-action')).toBeFocused();
  fail = false;
  await page.keyboard.press('Enter');
  await expect(state(page)).toHaveAttribute('data-state', 'done');
  await expect(problem(page)).toBeHidden();
});

test('a failed download stays on show when a photo comes after it', async ({ page }) => {
  await page.route('**/models/tiny_people/*.{json,bin}', (route) => route.abort('connectionreset'));
  await open(page, QUICK);
  await expect(problem(page)).toHaveAttribute('data-problem', 'download-failed');
  await page.locator('[data-sample=kite]').click();
  await expect(page.locator('figcaption')).toContainText('kite');
  await expect(problem(page)).toBeVisible();
});

test('shows megabytes while the model loads', async ({ page }) => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let first = true;
  await page.route('**/models/tiny_people/*.bin', async (route) => {
    const held = !first;
    first = false;
    if (held) await released;
    await route.continue();
  });
  await page.goto(`/${QUICK}`);
  await expect(page.locator('#loading-detail')).toHaveText(/^0\.[1-9] of 1\.\d MB$/);
  const value = await page.locator('#progress').evaluate((bar: HTMLProgressElement) => bar.value);
  expect(value).toBeGreaterThan(0);
  expect(value).toBeLessThan(1);
  await expect(state(page)).toHaveAttribute('aria-busy', 'true');
  release();
  await expect(state(page)).toHaveAttribute('data-state', 'done');
});

test('a lost device is reported, and can be replaced', async ({ page }) => {
  await page.addInitScript(() => {
    // Keeps the page's own devices, so that the test can take them away as a driver reset does.
    const devices: GPUDevice[] = [];
    const request = GPUAdapter.prototype.requestDevice;
    let refuse = false;
    GPUAdapter.prototype.requestDevice = async function (...options) {
      if (refuse) throw new DOMException('no device', 'OperationError');
      const device = await request.apply(this, options);
      devices.push(device);
      return device;
    };
    Object.assign(window, {
      loseDevices() {
        refuse = true;
        for (const device of devices) device.destroy();
      },
      allowDevices() {
        refuse = false;
      },
    });
  });
  await open(page, QUICK.replace('runtime=wasm', 'runtime=webgpu'));
  await expect(state(page)).toHaveAttribute('data-state', 'done');
  await page.evaluate(() => (window as unknown as { loseDevices(): void }).loseDevices());
  await page.locator('[data-sample=kite]').click();
  await expect(problem(page)).toHaveAttribute('data-problem', 'device-lost');
  await page.evaluate(() => (window as unknown as { allowDevices(): void }).allowDevices());
  await page.locator('#problem-action').click();
  await expect(state(page)).toHaveAttribute('data-state', 'done');
});

test('plays a video file', async ({ page }) => {
  await open(page, QUICK);
  await page.setInputFiles('#file', FILM);
  await expect(state(page)).toHaveAttribute('data-state', 'live');
  await expect(page.locator('#people')).toHaveText(/\d/);
  const video = page.locator('#frame video');
  expect(await video.evaluate((element: HTMLVideoElement) => element.controls && element.muted)).toBe(true);
  // Long after its last frame was looked at, too: so slowly no other comes meanwhile.
  for (const rate of [1, 1 / 16]) {
    await video.evaluate(async (element: HTMLVideoElement, playbackRate) => {
      Object.assign(element, { playbackRate });
      await element.play();
      await new Promise((resolve) => setTimeout(resolve, 400));
      element.pause();
    }, rate);
    await expect(state(page)).toHaveAttribute('data-state', 'done');
  }
});

test.describe('for those who want less motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('a video waits for its play button', async ({ page }) => {
    await open(page, QUICK);
    await page.setInputFiles('#file', FILM);
    await expect(state(page)).toHaveAttribute('data-state', 'done');
    expect(await page.locator('#frame video').evaluate((element: HTMLVideoElement) => element.paused)).toBe(true);
  });
});

/** Frames that the video shows until the next result is written; Infinity if there is none within `most` frames. */
function framesUntilResult(page: Page, most = Infinity): Promise<number> {
  return page.evaluate(
    (limit) =>
      new Promise<number>((resolve) => {
        const video = document.querySelector<HTMLVideoElement>('#frame video')!;
        const people = document.querySelector('#people')!;
        let frames = 0;
        const written = new MutationObserver(() => end(frames));
        written.observe(people, { childList: true, characterData: true, subtree: true });
        const end = (result: number): void => {
          written.disconnect();
          resolve(result);
        };
        const count = (): void => {
          if (++frames > limit) end(Infinity);
          else video.requestVideoFrameCallback(count);
        };
        video.requestVideoFrameCallback(count);
      }),
    most,
  );
}

test('starts and stops the camera', async ({ page }) => {
  await open(page, QUICK);
  await page.locator('#camera').click();
  await expect(page.locator('#camera')).toHaveText('Stop camera');
  await expect(state(page)).toHaveAttribute('data-state', 'live');
  await expect(page.locator('#people')).toHaveText(/\d/);
  await expect(page.locator('#frame')).toHaveClass(/mirrored/);

  // Nobody sees a hidden page: the network rests, and goes on when the page is back.
  const frames = await framesUntilResult(page);
  const hide = (hidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await hide(true);
  // Once the frame that was under way has ended, none comes in the time in which some would have.
  await expect(async () => expect(await framesUntilResult(page, 3 * frames)).toBe(Infinity)).toPass();
  await hide(false);
  expect(await framesUntilResult(page)).toBeLessThan(Infinity);

  const track = await page.evaluateHandle(
    () => ((document.querySelector('#frame video') as HTMLVideoElement).srcObject as MediaStream).getVideoTracks()[0],
  );
  await page.locator('#camera').click();
  await expect(page.locator('#camera')).toHaveText('Start camera');
  expect(await track.evaluate((each) => each.readyState)).toBe('ended');
  await expect(state(page)).toHaveAttribute('data-state', 'done');
});

test('a camera that goes away says so', async ({ page }) => {
  await open(page, QUICK);
  await page.locator('#camera').click();
  await expect(page.locator('#camera')).toHaveText('Stop camera');
  await page.evaluate(() => {
    const video = document.querySelector('#frame video') as HTMLVideoElement;
    (video.srcObject as MediaStream).getVideoTracks()[0].dispatchEvent(new Event('ended'));
  });
  await expect(problem(page)).toHaveAttribute('data-problem', 'no-camera');
});

test('no camera at all', async ({ page }) => {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Requested device not found', 'NotFoundError'));
  });
  await open(page, QUICK);
  await page.locator('#camera').click();
  await expect(problem(page)).toHaveAttribute('data-problem', 'no-camera');
  await expect(problem(page)).toContainText('Connect one');
});
