import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { TINY_PEOPLE_PATH } from '../support/serve-tiny-people.ts';
import { expectNewGpu } from './lost-gpu.ts';
import { DEMO } from './servers.ts';

const API = '/test/e2e/pages/api.html';

test.describe('a model that cannot be loaded', () => {
  const create = (page: Page): Promise<string> =>
    page.evaluate(() => {
      const { manypose, modelUrl, codeOf } = window.api;
      return codeOf(manypose.createDetector({ modelUrl }));
    });
  const SHARDS = '**/models/tiny_people/*.bin';

  test.beforeEach(async ({ page }) => {
    await page.goto(API);
  });
  // One failed shard stops the others, whose routes may not have been answered yet.
  test.afterEach(({ page }) => page.unrouteAll({ behavior: 'ignoreErrors' }));

  test('a shard that was changed on the way', async ({ page }) => {
    const file = 'weights-02of04.bin';
    const body = await (await page.request.get(`${TINY_PEOPLE_PATH}${file}`)).body();
    body[body.length >> 1] ^= 0x10;
    // The library asks once more before it gives up.
    let asked = 0;
    await page.route(`**/${file}`, (route) => {
      asked++;
      return route.fulfill({ body, contentType: 'application/octet-stream' });
    });
    expect(await create(page)).toBe('corrupt-weights');
    expect(asked).toBe(2);
  });

  test('a shard that was cut off', async ({ page }) => {
    await page.route(SHARDS, (route) => route.fulfill({ body: Buffer.alloc(1000), contentType: 'application/octet-stream' }));
    expect(await create(page)).toBe('corrupt-weights');
  });

  test('no connection', async ({ page }) => {
    await page.route(SHARDS, (route) => route.abort('connectionreset'));
    expect(await create(page)).toBe('download-failed');
  });

  test('no such model', async ({ page }) => {
    const code = await page.evaluate(() => {
      const { manypose, codeOf } = window.api;
      return codeOf(manypose.createDetector({ modelUrl: new URL('/models/nothing_here/', location.href) }));
    });
    expect(code).toBe('download-failed');
  });

  test('a manifest that is something else', async ({ page }) => {
    await page.route('**/models/tiny_people/manifest.json', (route) => route.fulfill({ json: { format: 'not a model' } }));
    expect(await create(page)).toBe('invalid-model');
  });

  test('a load that is called off', async ({ page }) => {
    const result = await page.evaluate(async () => {
      const { manypose, modelUrl, codeOf } = window.api;
      const controller = new AbortController();
      let after = 0;
      const code = await codeOf(
        manypose.createDetector({
          modelUrl,
          signal: controller.signal,
          onProgress: () => {
            if (controller.signal.aborted) after++;
            controller.abort();
          },
        }),
      );
      const before = await codeOf(manypose.createDetector({ modelUrl, signal: AbortSignal.abort() }));
      return { code, before, after };
    });
    expect(result).toEqual({ code: 'aborted', before: 'aborted', after: 0 });
  });
});

test('a GPU that is lost between frames is opened anew', async ({ page }) => {
  await page.goto(API);
  await expectNewGpu(page);
});

test.describe('with a detector', () => {
  // One load of the model for all of them.
  let page: Page;

  test.beforeAll(async ({ browser }) => {
    page = await browser.newPage();
    await page.goto(new URL(API, test.info().project.use.baseURL).href);
    await page.evaluate(async () => {
      const { manypose, modelUrl } = window.api;
      window.detector = await manypose.createDetector({ modelUrl, runtime: 'webgpu', inputSize: 64 });
    });
  });

  test.afterAll(() => page.close());

  test('sources without pixels', async () => {
    const codes = await page.evaluate(async () => {
      const { codeOf } = window.api;
      const empty = Object.assign(document.createElement('canvas'), { width: 0, height: 10 });
      const closed = await createImageBitmap(new ImageData(4, 4));
      closed.close();
      const transferred = new OffscreenCanvas(64, 64);
      const receiver = new MessageChannel();
      receiver.port1.postMessage(transferred, [transferred]);
      const frame = new VideoFrame(new Uint8Array(4 * 8 * 8), { format: 'RGBA', codedWidth: 8, codedHeight: 8, timestamp: 0 });
      frame.close();
      const sources: Record<string, unknown> = {
        'unloaded video': document.createElement('video'),
        'empty image': new Image(),
        'zero-sized canvas': empty,
        'closed bitmap': closed,
        'transferred canvas': transferred,
        'closed video frame': frame,
        'short data': { data: new Uint8ClampedArray(10), width: 4, height: 4 },
        nothing: null,
        text: 'photo.jpg',
      };
      const found: Record<string, string> = {};
      for (const [name, source] of Object.entries(sources)) {
        found[name] = await codeOf(Promise.resolve().then(() => window.detector.estimatePoses(source as HTMLImageElement)));
      }
      return found;
    });
    for (const [name, code] of Object.entries(codes)) expect(code, name).toBe('invalid-image');
    expect(Object.keys(codes)).toHaveLength(9);
  });

  test('pixels of another site', async () => {
    const codes = await page.evaluate(async (url) => {
      const { codeOf } = window.api;
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 64 });
      canvas.getContext('2d')!.drawImage(image, 0, 0, 64, 64);
      return [await codeOf(window.detector.estimatePoses(canvas)), await codeOf(window.detector.estimatePoses(image))];
    }, `${DEMO}samples/kite.jpg`);
    expect(codes).toEqual(['tainted-image', 'tainted-image']);
  });

  test('settings out of range', async () => {
    const codes = await page.evaluate(async () => {
      const { codeOf } = window.api;
      const image = new ImageData(64, 64);
      const found: string[] = [];
      for (const config of [{ inputSize: 100 }, { inputSize: -64 }, { maxPoses: 0 }, { scoreThreshold: Number.NaN }]) {
        found.push(await codeOf(Promise.resolve().then(() => window.detector.estimatePoses(image, config))));
      }
      return found;
    });
    expect(codes).toEqual(['invalid-argument', 'invalid-argument', 'invalid-argument', 'invalid-argument']);
  });

  test('two calls at once give what two calls in turn give', async () => {
    const result = await page.evaluate(async () => {
      const [first, second] = [await window.api.photo('skiers'), await window.api.photo('sidewalk')];
      const inTurn = [await window.detector.estimatePoses(first), await window.detector.estimatePoses(second)];
      const atOnce = await Promise.all([window.detector.estimatePoses(first), window.detector.estimatePoses(second)]);
      return { inTurn, atOnce };
    });
    expect(result.atOnce).toEqual(result.inTurn);
    expect(result.inTurn[0]).not.toEqual(result.inTurn[1]);
    expect(result.inTurn[0].length).toBeGreaterThan(0);
  });

  test('after dispose', async () => {
    const codes = await page.evaluate(async () => {
      const { codeOf } = window.api;
      const image = new ImageData(64, 64);
      const underWay = codeOf(window.detector.estimatePoses(image));
      window.detector.dispose();
      window.detector.dispose(); // twice does no harm
      const after = await codeOf(Promise.resolve().then(() => window.detector.estimatePoses(image)));
      return { underWay: await underWay, after };
    });
    expect(codes.after).toBe('disposed');
    // One that was under way may have been through, but never hangs or fails otherwise.
    expect(['disposed', 'no error']).toContain(codes.underWay);
  });
});
