import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { TINY_PEOPLE_PATH } from '../support/serve-tiny-people.ts';

const API = '/test/e2e/pages/api.html';

/** The page of the public API with headers of its own. */
async function openPage(page: Page, headers: Record<string, string>): Promise<void> {
  await page.route(`**${API}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), ...headers } });
  });
  await page.goto(API);
  await page.waitForFunction(() => 'api' in window);
}

interface Found {
  readonly adapter: string;
  /** x and y of every keypoint of every pose. */
  readonly places: readonly number[];
  /** Turns that others on the page had meanwhile. */
  readonly turns: number;
}

/** Poses of a photo on WebAssembly, or the error's code and message. */
function estimate(page: Page, threads?: number): Promise<Found | string> {
  return page.evaluate(
    async ([path, most]) => {
      const { manypose, photo } = window.api;
      try {
        const detector = await manypose.createDetector({
          modelUrl: new URL(path, location.href),
          runtime: 'wasm',
          ...(most === undefined ? {} : { threads: most }),
        });
        const image = await photo('skiers');
        let turns = 0;
        const timer = setInterval(() => turns++);
        const poses = await detector.estimatePoses(image, { inputSize: 512 });
        clearInterval(timer);
        const { adapter } = detector.info;
        detector.dispose();
        return { adapter, places: poses.flatMap(({ keypoints }) => keypoints.flatMap(({ x, y }) => [x, y])), turns };
      } catch (error) {
        return error instanceof manypose.ManyposeError ? `${error.code}: ${error.message}` : String(error);
      }
    },
    [TINY_PEOPLE_PATH, threads] as const,
  );
}

const SCRIPTS = "script-src 'self'";
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

test('a page whose policy forbids WebAssembly is told what to add', async ({ page }) => {
  await openPage(page, { 'Content-Security-Policy': SCRIPTS });
  expect(await estimate(page)).toMatch(/^no-runtime: .*'wasm-unsafe-eval'/);
});

test('one worker, or none where a policy forbids it, or threads on an isolated page: the same poses', async ({ context }) => {
  const found = async (headers: Record<string, string>, threads?: number): Promise<Found> => {
    const page = await context.newPage();
    await openPage(page, headers);
    const result = await estimate(page, threads);
    await page.close();
    expect(result).toBeInstanceOf(Object);
    return result as Found;
  };
  const worker = await found({});
  expect(worker).toMatchObject({ adapter: 'SIMD, 1 thread' });
  expect(worker.places.length).toBeGreaterThan(0);
  expect(worker.turns, 'the page goes on while the network runs').toBeGreaterThan(0);
  const inline = await found({ 'Content-Security-Policy': `${SCRIPTS} 'wasm-unsafe-eval'` });
  expect(inline).toMatchObject({ adapter: 'SIMD, 1 thread, no worker', places: worker.places });
  const threads = await found(ISOLATED, 3);
  expect(threads).toMatchObject({ adapter: 'SIMD, 3 threads', places: worker.places });
});
