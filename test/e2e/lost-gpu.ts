import { expect } from '@playwright/test';

/** A page of any browser, however it is driven. */
interface Page {
  evaluate<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** On the page of the public API: a GPU that is lost between frames is opened anew; a caller's own is the caller's to replace. */
export async function expectNewGpu(page: Page): Promise<void> {
  const { before, after, opened, onOwn } = await page.evaluate(async () => {
    const devices: GPUDevice[] = [];
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...options) {
      const device = await request.apply(this, options);
      devices.push(device);
      return device;
    };
    try {
      const { manypose, modelUrl, photo, codeOf } = window.api;
      const image = await photo('skiers');
      const detector = await manypose.createDetector({ modelUrl, runtime: 'webgpu', inputSize: 64 });
      const found = await detector.estimatePoses(image);
      devices[0].destroy();
      // Both calls meet the loss; one new device serves them.
      const again = await Promise.all([detector.estimatePoses(image), detector.estimatePoses(image)]);
      const count = devices.length;
      detector.dispose();

      const own = await (await navigator.gpu.requestAdapter())!.requestDevice();
      const ownDetector = await manypose.createDetector({ modelUrl, device: own, inputSize: 64 });
      own.destroy();
      await own.lost;
      return { before: found, after: again, opened: count, onOwn: await codeOf(ownDetector.estimatePoses(image)) };
    } finally {
      GPUAdapter.prototype.requestDevice = request;
    }
  });
  expect(before.length).toBeGreaterThan(0);
  expect(after).toEqual([before, before]);
  expect(opened).toBe(2);
  expect(onOwn).toBe('device-lost');
}
