import { expect, it } from 'vitest';
import { createCpuRunner } from '../../src/cpu/runner.ts';
import { fitInput } from '../../src/geometry.ts';
import type { Network } from '../../src/network/network.ts';
import type { Weights } from '../../src/network/weights.ts';
import { COCO } from '../../src/pose.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { passesOf } from '../../src/runtime/passes.ts';
import { createWasmRunner } from '../../src/wasm/runtime.ts';
import { createWebGpuRuntime } from '../../src/webgpu/runtime.ts';
import { describeGpu } from '../support/gpu.ts';
import { twoConvolutions } from '../support/two-convolutions.ts';

const K = COCO.names.length;

/** Heatmaps of 2 input pixels a cell, center map and offsets of 4. */
const twoStrides = (): { network: Network; weights: Weights } =>
  twoConvolutions({
    channels: [K, 2 * K + 1],
    outputs: (fine, coarse) => ({
      heatmaps: { map: fine, first: 0, channels: K },
      centerMap: { map: coarse, first: 0, channels: 1 },
      offsetMap: { map: coarse, first: 1, channels: 2 * K },
    }),
    weight: (i) => 1 + 0.3 * Math.sin(i),
  });

describeGpu('outputs of several strides are the same candidates on every runtime', (device) => {
  it.each<[boolean, number[]]>([
    [false, [1]],
    [true, [1]],
    [false, [0.5, 1]],
    [true, [1, 2]],
  ])('flip %s, scales %s', async (flip, scales) => {
    const { network, weights } = twoStrides();
    const [w, h] = [200, 150];
    const data = new Uint8ClampedArray(4 * w * h).map((_, i) => 127 + 120 * Math.sin(0.003 * (i % 977) * (1 + (i >> 10))));
    const pixels = { data, width: w, height: h };
    const geometry = fitInput(w, h, 64);
    const passes = passesOf(geometry, network, { flip, scales });
    const found = [];
    for (const runtime of [
      createMapsRuntime(createCpuRunner(network, weights), network),
      createMapsRuntime(await createWasmRunner(network, weights), network),
      await createWebGpuRuntime(network, weights, { device }),
    ]) {
      found.push(await runtime.findCandidates({ ...pixels, source: pixels }, passes));
      runtime.dispose();
    }
    const [cpu, wasm, gpu] = found;
    expect(cpu.centerScores.length).toBeGreaterThan(0);
    for (const other of [wasm, gpu]) {
      expect(other.centerScores.length).toBe(cpu.centerScores.length);
      for (const field of ['centerScores', 'regressed'] as const)
        other[field].forEach((value, i) => expect(value).toBeCloseTo(cpu[field][i], 2));
      other.peaks.x.forEach((value, i) => expect(value).toBeCloseTo(cpu.peaks.x[i], 2));
    }
  });
});
