import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../src/network/build.ts';
import { createWasmRunner } from '../../src/wasm/runtime.ts';
import { formulaInput, formulaWeights } from '../support/formula-weights.ts';
import { COCO_W32, TINY_W4 } from '../support/models.ts';
import { floatsOf, readNpz } from '../support/npz.ts';
import { relativeError } from '../support/relative-error.ts';

/** Of the output's maximum, in float32. */
const TOLERANCE = 1e-5;
const SIZES = [
  [192, 128],
  [128, 192],
  [160, 96],
] as const;

describe("the official implementation's outputs on WebAssembly", () => {
  for (const threads of [1, 3]) {
    it.each([
      { model: TINY_W4, sizes: SIZES },
      { model: COCO_W32, sizes: [SIZES[2]] },
    ])(`$model.id with ${threads} threads`, async ({ model, sizes }) => {
      const golden = readNpz(new URL(`../fixtures/networks/${model.id}.npz`, import.meta.url));
      const runner = await createWasmRunner(buildNetwork(model), formulaWeights(model), { threads });
      for (const [width, height] of sizes) {
        const maps = await runner.run({ values: formulaInput(width, height), width, height });
        const heat = relativeError(
          [...maps.heatmaps.values, ...maps.centerMap.values],
          floatsOf(golden, `${height}x${width}_0`).data,
        );
        const offsets = relativeError(maps.offsetMap.values, floatsOf(golden, `${height}x${width}_1`).data);
        console.log(
          `${model.id} ${width}×${height} on ${runner.adapter}: heatmaps ${heat.toExponential(1)}, offsets ${offsets.toExponential(1)}`,
        );
        expect(heat).toBeLessThan(TOLERANCE);
        expect(offsets).toBeLessThan(TOLERANCE);
      }
      runner.dispose();
    });
  }
});
