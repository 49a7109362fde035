import { describe, it } from 'vitest';
import { createCpuRunner } from '../../src/cpu/runner.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { COCO } from '../../src/pose.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { createWasmRunner } from '../../src/wasm/runtime.ts';
import { createWebGpuRuntime } from '../../src/webgpu/runtime.ts';
import { goldenOutputs } from '../support/golden.ts';
import { describeGpu, openTestGpu } from '../support/gpu.ts';
import { CASES } from './cases.ts';
import type { Bench } from './cases.ts';

const golden: Bench['golden'] = async (...which) => goldenOutputs(...which);

function conforms(bench: Omit<Bench, 'golden'>): void {
  for (const [name, run] of Object.entries(CASES)) {
    it(name, { timeout: 600_000 }, async () => {
      const words = await run({ ...bench, golden });
      if (words) console.log(words);
    });
  }
}

describe('cpu', () => conforms({
  open: async (model, weights) => createMapsRuntime(createCpuRunner(buildNetwork(model), weights), COCO.mirror),
}));

describe('wasm', () => conforms({
  open: async (model, weights) => createMapsRuntime(await createWasmRunner(buildNetwork(model), weights), COCO.mirror),
}));

describeGpu('webgpu', (shared) => {
  let device = shared;
  conforms({
    open: (model, weights) => createWebGpuRuntime(buildNetwork(model), weights, { device }),
    async lose() {
      device.destroy();
      await device.lost;
      ({ device } = await openTestGpu());
    },
  });
});
