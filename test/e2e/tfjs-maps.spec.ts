import { expect, test } from '@playwright/test';
import { floatsOf, readNpz } from '../support/npz.ts';
import { relativeError } from '../support/relative-error.ts';

const golden = readNpz(new URL('../fixtures/networks/coco_w32.npz', import.meta.url));

test('the full network gives the official implementation\'s outputs on TensorFlow.js\' WebGL backend', async ({ page }) => {
  await page.goto('/test/e2e/pages/tfjs-maps.html');
  await page.waitForFunction(() => 'tfjsMaps' in window);
  for (const [width, height] of [[192, 128], [128, 192], [160, 96]]) {
    const outputs = await page.evaluate(async ([w, h]) => (await window.tfjsMaps).run(w, h), [width, height]);
    const errors = outputs.map((ours, i) => relativeError(ours, floatsOf(golden, `${height}x${width}_${i}`).data));
    console.log(`coco_w32 ${width}×${height} on WebGL: heatmaps ${errors[0].toExponential(1)}, offsets ${errors[1].toExponential(1)}`);
    // The goldens' own tolerance for float32.
    for (const error of errors) expect(error).toBeLessThan(1e-4);
  }
});
