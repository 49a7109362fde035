import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../src/network/build.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { createWasmRunner } from '../../src/wasm/runtime.ts';
import { formulaInput, formulaWeights } from '../support/formula-weights.ts';
import { goldenErrors } from '../support/golden.ts';
import { TINY_W4 } from '../support/models.ts';

/** Of the output's maximum, in float32. */
const TOLERANCE = 1e-5;

/** Numbers of threads that no machine would choose by itself; the others are in test/conformance. */
describe("the official implementation's outputs on WebAssembly", () => {
  it.each([1, 3, 7])('with %i threads', async (threads) => {
    const network = buildNetwork(TINY_W4);
    const runtime = createMapsRuntime(await createWasmRunner(network, formulaWeights(TINY_W4), { threads }), network);
    for (const [width, height] of [
      [192, 128],
      [128, 192],
      [160, 96],
    ]) {
      const maps = await runtime.runMaps(formulaInput(width, height), width, height);
      for (const error of Object.values(goldenErrors(TINY_W4, maps))) expect(error).toBeLessThan(TOLERANCE);
    }
    runtime.dispose();
  });
});
