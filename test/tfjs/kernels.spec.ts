import { expect, test } from '@playwright/test';

for (const backend of ['webgl', 'webgpu']) {
  test(`TensorFlow.js on ${backend} computes what the references do`, async ({ page }) => {
    await page.goto(`/test/tfjs/kernels-page.html?backend=${backend}`);
    await page.waitForFunction(() => 'tfjsKernels' in window);
    const { adapter, adaptiveConv, ...inputs } = await page.evaluate(() => window.tfjsKernels);
    console.log(adapter, { adaptiveConv: Math.max(...Object.values(adaptiveConv)), ...inputs });
    expect(adapter).not.toBe('');
    expect(Object.keys(adaptiveConv).length).toBeGreaterThan(20);
    for (const [name, error] of Object.entries(adaptiveConv)) expect(error, name).toBeLessThan(1e-5);
    // Positions in float32, against float64 on the CPU.
    expect(inputs.canvasInput).toBeLessThan(0.05);
    expect(inputs.mirroredInput).toBeLessThan(0.05);
    // A shrunk picture is rounded to 8 bits once more.
    expect(inputs.shrunkInput).toBeLessThan(2);
  });
}
