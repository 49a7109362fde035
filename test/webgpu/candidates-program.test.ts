import { MAX_CANDIDATES } from '../../src/ops/candidate-rules.ts';
import { expect, it } from 'vitest';
import type { PoseCandidates } from '../../src/decode/candidates.ts';
import { heatAroundPeak, heatAroundRegressed } from '../../src/decode/candidates.ts';
import { candidatesFromMaps } from '../../src/decode/candidates-from-maps.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { outputMaps } from '../../src/network/network.ts';
import type { NetworkMaps } from '../../src/ops/network-maps.ts';
import { candidatePipelines, createCandidatesProgram } from '../../src/webgpu/candidates-program.ts';
import { prepareCalls, recordDispatches } from '../../src/webgpu/dispatch.ts';
import { gpuOutputs } from '../../src/webgpu/outputs.ts';
import { gpuMemory } from '../../src/webgpu/memory.ts';
import { pipelinesOf } from '../../src/webgpu/pipelines.ts';
import { TINY_W4 } from '../support/models.ts';
import { describeGpu } from '../support/gpu.ts';
import { noise } from '../support/parity.ts';
import { onGpu, shapeOf } from '../support/run-kernel.ts';

const NETWORK = buildNetwork(TINY_W4);
const KEYPOINTS = 17;

function noiseMaps(width: number, height: number, reach: number): NetworkMaps {
  const cells = width * height;
  return {
    heatmaps: { channels: KEYPOINTS, width, height, values: noise('heatmaps', KEYPOINTS * cells) },
    centerMap: { channels: 1, width, height, values: noise('centers', cells) },
    offsetMap: { channels: 2 * KEYPOINTS, width, height, values: noise('offsets', 2 * KEYPOINTS * cells, reach) },
  };
}

describeGpu('candidates from maps on the GPU', (device) => {
  const candidatesOf = (maps: NetworkMaps): Promise<PoseCandidates | undefined> =>
    onGpu(device, async (gpu) => {
      const { width, height } = maps.heatmaps;
      const memory = gpuMemory(device);
      const held = [
        gpu.map(shapeOf([KEYPOINTS], width, height), maps.heatmaps.values),
        gpu.map(
          shapeOf([2 * KEYPOINTS + 1], width, height),
          Float32Array.from([...maps.offsetMap.values, ...maps.centerMap.values]),
        ),
      ];
      const outputs = gpuOutputs(NETWORK, (map) => held[outputMaps(NETWORK).indexOf(map)]);
      const buffers = createCandidatesProgram(memory, NETWORK, {
        heatmaps: outputs.heatmaps,
        ratio: 4,
        scales: [{ scale: 1, outputs }],
      });
      const pipelines = pipelinesOf(device);
      await pipelines.compile(candidatePipelines(4));
      const prepared = prepareCalls(memory, pipelines, 'candidates', buffers.calls);
      // Twice, as from frame to frame: nothing of the first run may be left.
      for (let frame = 0; frame < 2; frame++) {
        const encoder = device.createCommandEncoder({ label: 'candidates' });
        buffers.clear(encoder);
        const pass = encoder.beginComputePass();
        recordDispatches(pass, prepared);
        pass.end();
        buffers.copy(encoder);
        device.queue.submit([encoder.finish()]);
      }
      await buffers.staging.mapAsync(GPUMapMode.READ);
      const data = buffers.staging.getMappedRange().slice(0);
      memory.free();
      return buffers.parse(data);
    });

  it.each([
    [8, 16, 0.5],
    [24, 16, 3],
    [40, 24, 30],
  ])("are the CPU's, bit by bit: %i×%i maps, offsets up to %f", async (width, height, reach) => {
    const maps = noiseMaps(width, height, reach);
    const found = (await candidatesOf(maps))!;
    const expected = candidatesFromMaps(maps, 4 * width, 4 * height);
    expect(found.centerScores).toEqual(expected.centerScores);
    expect(found.regressed).toEqual(expected.regressed);
    expect(found.peaks.count).toEqual(expected.peaks.count);
    for (let k = 0; k < KEYPOINTS; k++) {
      const [first, end] = [k * MAX_CANDIDATES, k * MAX_CANDIDATES + found.peaks.count[k]];
      for (const values of ['x', 'y', 'score'] as const) {
        expect(found.peaks[values].subarray(first, end)).toEqual(expected.peaks[values].subarray(first, end));
      }
      for (let rank = 0; rank < found.peaks.count[k]; rank++) {
        const { x, y } = found.peaks;
        expect(heatAroundPeak(found, k, rank)(x[first + rank], y[first + rank])).toBe(
          heatAroundPeak(expected, k, rank)(x[first + rank], y[first + rank]),
        );
      }
      for (let person = 0; person < found.centerScores.length; person++) {
        const at = 2 * (person * KEYPOINTS + k);
        const inside = (value: number, size: number): number => Math.min(Math.max(Math.trunc(value), 0), size - 1);
        const [x, y] = [inside(found.regressed[at], 4 * width), inside(found.regressed[at + 1], 4 * height)];
        expect(heatAroundRegressed(found, person, k)(x, y)).toBe(heatAroundRegressed(expected, person, k)(x, y));
      }
    }
  });

  it('are left to the CPU where a list overflows', async () => {
    const maps = noiseMaps(16, 8, 1);
    maps.heatmaps.values.fill(0.5, 0, 128);
    expect(await candidatesOf(maps)).toBeUndefined();
  });
});
