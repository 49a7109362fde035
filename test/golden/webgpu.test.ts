import { expect, it } from 'vitest';
import { buildNetwork } from '../../src/network/build.ts';
import { createWebGpuRuntime } from '../../src/webgpu/runtime.ts';
import { formulaInput, formulaWeights } from '../support/formula-weights.ts';
import { describeGpu } from '../support/gpu.ts';
import { COCO_W32, TINY_W4 } from '../support/models.ts';
import { floatsOf, readNpz } from '../support/npz.ts';
import { relativeError } from '../support/relative-error.ts';

/** Of the output's maximum, in float32. */
const TOLERANCE = 1e-4;
const SIZES = [[192, 128], [128, 192], [160, 96]] as const;

describeGpu('the official implementation\'s outputs on WebGPU', (device) => {
  for (const model of [TINY_W4, COCO_W32]) {
    it(`${model.id} at three sizes`, { timeout: 300_000 }, async () => {
      const golden = readNpz(new URL(`../fixtures/networks/${model.id}.npz`, import.meta.url));
      const runtime = await createWebGpuRuntime(buildNetwork(model), formulaWeights(model), { device });
      for (const [width, height] of SIZES) {
        const maps = await runtime.runMaps(formulaInput(width, height), width, height);
        const heat = relativeError([...maps.heatmaps, ...maps.centerMap], floatsOf(golden, `${height}x${width}_0`).data);
        const offsets = relativeError(maps.offsetMap, floatsOf(golden, `${height}x${width}_1`).data);
        console.log(`${model.id} ${width}×${height} on ${runtime.adapter}: heatmaps ${heat.toExponential(1)}, offsets ${offsets.toExponential(1)}`);
        expect(heat).toBeLessThan(TOLERANCE);
        expect(offsets).toBeLessThan(TOLERANCE);
      }
      runtime.dispose();
    });
  }
});
