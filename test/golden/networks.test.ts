import { describe, expect, it } from 'vitest';
import { createCpuRunner } from '../../src/cpu/runner.ts';
import { namedModel } from '../../src/model/named-models.ts';
import { buildNetwork } from '../../src/network/build.ts';
import type { Network } from '../../src/network/network.ts';
import type { Weights } from '../../src/network/weights.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { createWasmRunner } from '../../src/wasm/runtime.ts';
import { createWebGpuRuntime } from '../../src/webgpu/runtime.ts';
import { formulaInput, formulaWeights } from '../support/formula-weights.ts';
import { GOLDEN_NETWORKS, GOLDEN_TOLERANCE, SMALLEST_GOLDEN, errorWords, goldenErrors } from '../support/golden.ts';
import { describeGpu } from '../support/gpu.ts';

/** Full networks take their time: one runtime in all tests, the others (and WebGL, in test/conformance) by `npm run test:all-networks`. */
const ALL = Boolean(process.env.ALL_NETWORKS);

type Open = (network: Network, weights: Weights) => Promise<Runtime>;

function areOfficial(open: Open): void {
  it.each(GOLDEN_NETWORKS)('%s', { timeout: 1_200_000 }, async (id) => {
    const model = namedModel(id)!;
    const [width, height] = SMALLEST_GOLDEN;
    const runtime = await open(buildNetwork(model), formulaWeights(model));
    const errors = goldenErrors(model, await runtime.runMaps(formulaInput(width, height), width, height));
    console.log(`${id} on ${runtime.kind}, ${runtime.adapter}: ${errorWords(errors)}`);
    runtime.dispose();
    for (const error of Object.values(errors)) expect(error).toBeLessThan(GOLDEN_TOLERANCE);
  });
}

describe("the official implementations' outputs on WebAssembly", () =>
  areOfficial(async (network, weights) => createMapsRuntime(await createWasmRunner(network, weights), network)));

if (ALL) {
  describeGpu("the official implementations' outputs on WebGPU", (device) =>
    areOfficial((network, weights) => createWebGpuRuntime(network, weights, { device })),
  );
  describe("the official implementations' outputs in plain JavaScript", () =>
    areOfficial(async (network, weights) => createMapsRuntime(createCpuRunner(network, weights), network)));
}
