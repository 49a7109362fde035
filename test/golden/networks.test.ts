import { describe, expect, it } from 'vitest';
import { namedModel } from '../../src/model/named-models.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { createWasmRunner } from '../../src/wasm/runtime.ts';
import { formulaInput, formulaWeights } from '../support/formula-weights.ts';
import { goldenErrors } from '../support/golden.ts';

/** Of each output's maximum. */
const TOLERANCE = 1e-4;
const [WIDTH, HEIGHT] = [160, 96];

describe("the official implementations' outputs on WebAssembly", () => {
  it.each(['coco_w48', 'coco_higher_w48', 'crowdpose_w32', 'dekr_coco_w32'])('%s', async (id) => {
    const model = namedModel(id)!;
    const runner = await createWasmRunner(buildNetwork(model), formulaWeights(model));
    const maps = await runner.run({ values: formulaInput(WIDTH, HEIGHT), width: WIDTH, height: HEIGHT });
    runner.dispose();
    const errors = goldenErrors(model, maps);
    console.log(
      `${id} on ${runner.adapter}: ${Object.entries(errors)
        .map(([name, error]) => `${name} ${error.toExponential(1)}`)
        .join(', ')}`,
    );
    for (const error of Object.values(errors)) expect(error).toBeLessThan(TOLERANCE);
  });
});
