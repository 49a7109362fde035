import { expect, test } from '@playwright/test';
import { floatsOf, readNpz } from '../support/npz.ts';
import { relativeError } from '../support/relative-error.ts';
import type { TfjsParity } from './pages/tfjs-parity.ts';

const golden = readNpz(new URL('../fixtures/networks/tiny_w4.npz', import.meta.url));

for (const backend of ['webgl', 'webgpu']) {
  test(`TensorFlow.js on ${backend} computes what the references do`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.goto(`/test/e2e/pages/tfjs-parity.html?backend=${backend}`);
    await page.waitForFunction(() => 'tfjsParity' in window);
    const parity: TfjsParity = await page.evaluate(() => (window as unknown as { tfjsParity: Promise<TfjsParity> }).tfjsParity);
    const outputErrors = parity.outputs.map((ours, i) => relativeError(ours, floatsOf(golden, `96x160_${i}`).data));
    console.log(parity.adapter, {
      adaptiveConv: Math.max(...Object.values(parity.adaptiveConv)), outputErrors,
      canvasInput: parity.canvasInput, shrunkInput: parity.shrunkInput,
    });

    expect(parity.adapter).toContain(backend);
    for (const [name, error] of Object.entries(parity.adaptiveConv)) expect(error, name).toBeLessThan(1e-5);
    // The fixtures' own tolerance in float32.
    for (const error of outputErrors) expect(error).toBeLessThan(1e-4);
    // Positions in float32, against float64 on the CPU.
    expect(parity.canvasInput).toBeLessThan(0.05);
    // A shrunk picture is rounded to 8 bits once more.
    expect(parity.shrunkInput).toBeLessThan(2);
    expect(parity.leaked).toBe(0);
    expect(parity.disposedCode).toBe('disposed');
  });
}
