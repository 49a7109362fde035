import { expect, it } from 'vitest';
import { maximum, mean } from '../../src/ops/cellwise.ts';
import { mean as kernel } from '../../src/webgpu/kernels/cellwise.ts';
import { describeLayers } from '../support/describe-layers.ts';
import { describeGpu } from '../support/gpu.ts';
import { noiseMaps, runJoin } from '../support/joined-maps.ts';
import { parity } from '../support/parity.ts';
import { shapeOf } from '../support/run-kernel.ts';

/** Up to three float32 additions of numbers below 1, and a division that WGSL lets be off by 2.5 units in the last place. */
const TOLERANCE = 5e-7;

const CASES = [
  { width: 1, height: 1, channels: 1, inputs: 2 },
  { width: 5, height: 7, channels: 3, inputs: 3 },
  { width: 7, height: 5, channels: 17, inputs: 4 },
  { width: 13, height: 2, channels: 35, inputs: 3 },
];

describeLayers(['mean', 'maximum'], 'the kernels of joined cells', (run) => {
  const check = parity('mean', TOLERANCE);

  it.each(CASES)(
    'mean of $inputs maps of $channels channels of $width×$height',
    async ({ width, height, channels, inputs: count }) => {
      const inputs = noiseMaps(width, height, Array(count).fill(channels), Array(count).fill(1));
      check(await runJoin(run, 'mean', inputs, channels), mean(inputs).values);
    },
  );

  it.each(CASES)(
    'maximum of $inputs maps of $channels channels of $width×$height',
    async ({ width, height, channels, inputs: count }) => {
      const inputs = noiseMaps(width, height, Array(count).fill(channels), Array(count).fill(1));
      expect(await runJoin(run, 'maximum', inputs, channels)).toEqual(maximum(inputs).values);
    },
  );

  it.each([1, 5])('refuses %i inputs', async (count) => {
    const inputs = noiseMaps(2, 2, Array(count).fill(1), Array(count).fill(1));
    await expect(runJoin(run, 'mean', inputs, 1)).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-model', message: `mean: expected 2 to 4 inputs, got ${count}` }),
    );
  });
});

describeGpu('the mean shader', (device) => {
  it("stays within a dispatch's width at the largest input", () => {
    const map = { id: 0, label: 'heatmaps', channels: 17, stride: 1 };
    const range = { buffer: {} as GPUBuffer, offset: 0, size: 0 };
    const heatmaps = { range, shape: shapeOf([17], 8192 / 4, 2048 / 4) };
    const [{ workgroups }] = kernel.calls({ op: 'mean', name: 'mean', inputs: [map, map], output: map }, () => heatmaps);
    expect(Math.max(...workgroups)).toBeLessThanOrEqual(device.limits.maxComputeWorkgroupsPerDimension);
  });
});
