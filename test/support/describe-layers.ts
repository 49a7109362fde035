import { afterAll, beforeAll, describe } from 'vitest';
import type { Layer, MapTensor } from '../../src/network/network.ts';
import type { Weights } from '../../src/network/weights.ts';
import { variantIds } from '../../src/webgpu/kernels/table.ts';
import type { Engine } from '../../src/wasm/engine.ts';
import { openEngine } from '../../src/wasm/open-engine.ts';
import { describeGpu } from './gpu.ts';
import { runLayers as runOnGpu } from './run-kernel.ts';
import { runLayers as runOnWasm } from './run-wasm.ts';

/**
 * Runs layers the way a runtime does: planned, lowered to calls, with packed weights.
 *
 * @param given planes of every map that no layer writes.
 * @param width size of a map of stride 1 in cells; likewise height.
 * @returns planes of the last layer's output.
 */
export type RunLayers = (
  layers: readonly Layer[],
  given: ReadonlyMap<MapTensor, Float32Array>,
  weights: Weights,
  width: number,
  height: number,
) => Promise<Float32Array>;

/**
 * Tests of our kernels that every implementation of them must pass: WGSL, in all variants that there are, and
 * WebAssembly alone and shared by threads.
 *
 * @param ops the operations that the tests are of.
 */
export function describeLayers(ops: readonly Layer['op'][], name: string, tests: (run: RunLayers) => void): void {
  const variants = [...new Set(ops.flatMap(variantIds))];
  describeGpu(`${name} on WebGPU`, (device) =>
    describe.each(variants)('%s', (variant) =>
      tests((layers, given, weights, width, height) => runOnGpu(device, layers, given, weights, width, height, variant)),
    ),
  );
  for (const threads of [1, 3]) {
    describe(`${name} on WebAssembly, threads: ${threads}`, () => {
      let engine: Engine;
      beforeAll(async () => {
        engine = await openEngine(threads);
        if (engine.threads !== threads) throw new Error(`got ${engine.threads} threads, not ${threads}`);
      });
      afterAll(() => engine?.dispose());
      tests((...args) => runOnWasm(engine, ...args));
    });
  }
}
