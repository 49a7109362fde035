import { expect, it } from 'vitest';
import { CENTER_THRESHOLD } from '../../src/ops/candidate-rules.ts';
import { centersCall } from '../../src/webgpu/kernels/centers.ts';
import { highestCall } from '../../src/webgpu/kernels/highest.ts';
import { candidateLists, readFound } from '../support/candidate-lists.ts';
import { describeGpu } from '../support/gpu.ts';
import { noise } from '../support/parity.ts';
import { onGpu, shapeOf } from '../support/run-kernel.ts';

/** Values are compared, not computed: the highest must be equal. */
describeGpu("the kernel that finds center maps' highest values", (device) => {
  /** The center map lies behind two channels that are higher. */
  const among = (centerMap: Float32Array): Float32Array =>
    Float32Array.from([...new Float32Array(2 * centerMap.length).fill(9), ...centerMap]);

  const highest = (centerMap: Float32Array, width: number, height: number): Promise<Float32Array> =>
    onGpu(device, async (gpu) => {
      const counts = gpu.buffer(new Uint32Array(4));
      const map = gpu.map(shapeOf([3], width, height), among(centerMap));
      await gpu.run([highestCall({ map, first: 2, channels: 1 }, 1, counts)]);
      return new Float32Array(await gpu.read(counts));
    });

  it.each([
    [1, 1, 1],
    [7, 5, 3],
    [40, 30, 0.001],
  ])('in noise of %i×%i up to %f', async (width, height, scale) => {
    const centerMap = noise('centers', width * height, scale).map((value, i) => (i === 0 ? Math.abs(value) : value));
    expect(await highest(centerMap, width, height)).toEqual(Float32Array.of(0, Math.max(...centerMap), 0, 0));
  });

  it.each([-1, 0, NaN])('0 where all are %f', async (value) => {
    expect(await highest(new Float32Array(35).fill(value), 7, 5)).toEqual(new Float32Array(4));
  });

  it.each([
    { own: 0.5, reference: 0.25, found: [1, 2] },
    { own: 0.5, reference: 1, found: [1, 2, 3, 4] },
    { own: 0.5, reference: 20, found: [1, 2, 3, 4, 5] },
    { own: 0.5, reference: -1, found: [] },
    { own: -1, reference: 1, found: [] },
  ])("centers exceed 0.01 · $own / $reference where another scale's are measured", async ({ own, reference, found }) => {
    // Peaks apart from each other on a map of the height that is asked for.
    const centerMap = new Float32Array(15 * 3).fill(-2);
    [own, 0.03, 0.012, 0.006, 0.0003].forEach((value, i) => (centerMap[15 + 3 * i + 1] = Math.min(value, own)));
    const lists = await onGpu(device, async (gpu) => {
      const ranges = candidateLists(gpu, 1, { more: 2 });
      const output = (values: Float32Array) => ({ map: gpu.map(shapeOf([3], 15, 3), among(values)), first: 2, channels: 1 });
      await gpu.run([
        highestCall(output(centerMap), 2, ranges.counts),
        highestCall(output(new Float32Array(45).fill(reference)), 3, ranges.counts),
        centersCall(output(centerMap), 1, ranges, { own: 2, reference: 3 }),
      ]);
      return readFound(gpu, ranges);
    });
    expect(CENTER_THRESHOLD).toBe(0.01);
    expect(lists[1].found.map(({ index }) => (index - 15 - 1) / 3 + 1).sort()).toEqual(found);
  });
});
