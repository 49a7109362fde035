import { expect, it } from 'vitest';
import { createCpuRunner } from '../../src/cpu/runner.ts';
import { fitInput } from '../../src/geometry.ts';
import type { ConvLayer, MapTensor, Network } from '../../src/network/network.ts';
import type { Weights, WeightTensor } from '../../src/network/weights.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { passesOf } from '../../src/runtime/passes.ts';
import { createWasmRunner } from '../../src/wasm/runtime.ts';
import { createWebGpuRuntime } from '../../src/webgpu/runtime.ts';
import { PAPER_RULES } from '../../src/network/decoding-rules.ts';
import { COCO } from '../../src/pose.ts';
import { describeGpu } from '../support/gpu.ts';

const K = 17;
const map = (id: number, channels: number, stride: number): MapTensor => ({ id, label: `map ${id}`, channels, stride });
const conv = (name: string, input: MapTensor, output: MapTensor): ConvLayer => ({
  op: 'conv',
  name,
  input,
  output,
  side: 3,
  stride: 2,
  relu: false,
});
/** Heatmaps of 2 input pixels a cell, center map and offsets of 4. */
function twoStrides(): { network: Network; weights: Weights } {
  const [input, fine, coarse] = [map(0, 3, 1), map(1, K, 2), map(2, 2 * K + 1, 4)];
  const network: Network = {
    keypointSet: COCO,
    input,
    layers: [conv('fine', input, fine), conv('coarse', fine, coarse)],
    outputs: {
      heatmaps: { map: fine, first: 0, channels: K },
      centerMap: { map: coarse, first: 0, channels: 1 },
      offsetMap: { map: coarse, first: 1, channels: 2 * K },
    },
    decoding: PAPER_RULES,
  };
  const weights = new Map<string, WeightTensor>();
  for (const {
    name,
    input: { channels: from },
    output: { channels: to },
  } of network.layers as ConvLayer[]) {
    weights.set(`${name}.weight`, {
      shape: [to, from, 3, 3],
      data: Float32Array.from({ length: to * from * 9 }, (_, i) => (1 + 0.3 * Math.sin(i)) / (from * 9)),
    });
    weights.set(`${name}.bias`, { shape: [to], data: new Float32Array(to) });
  }
  return { network, weights };
}
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
