import { PEAK_RADIUS, PEAK_THRESHOLD } from '../../src/ops/candidate-rules.ts';
import { expect, it } from 'vitest';
import { upsample } from '../../src/ops/heat-upsample.ts';
import { findTopPeaks } from '../../src/ops/peaks.ts';
import { createTopCandidates } from '../../src/ops/rank.ts';
import { peaksCall } from '../../src/webgpu/kernels/peaks.ts';
import { LIST_LENGTH } from '../../src/webgpu/kernels/rank.ts';
import type { Candidate } from '../support/candidate-lists.ts';
import { candidateLists, candidatesOf, readFound } from '../support/candidate-lists.ts';
import { expectFound } from '../support/expect-found.ts';
import { describeGpu } from '../support/gpu.ts';
import { coarseNoise, noise } from '../support/parity.ts';
import { onGpu, shapeOf } from '../support/run-kernel.ts';

const RATIO = 4;

function expectedPeaks(maps: Float32Array, ratio: number, keypoints: number, width: number, height: number): Candidate[][] {
  const [inputWidth, inputHeight] = [ratio * width, ratio * height];
  const heatmap = new Float32Array(inputWidth * inputHeight);
  const top = createTopCandidates(heatmap.length);
  return Array.from({ length: keypoints }, (_, k) => {
    upsample({ maps, width, height, ratio }, k, heatmap);
    findTopPeaks(heatmap, inputWidth, inputHeight, PEAK_RADIUS, PEAK_THRESHOLD, top);
    return candidatesOf(top);
  });
}

/** Peaks lie on cells or on plateaus of equal cells, where no rounding comes in: everything must be equal. */
describeGpu('the peaks kernel', (device) => {
  /** Heatmaps are channels `first`.. of a map whose other channels would be found, were they looked at. */
  async function compare(
    heatmaps: Float32Array,
    keypoints: number,
    width: number,
    height: number,
    ratio = RATIO,
    first = 0,
  ): Promise<Candidate[][]> {
    const channels = first + keypoints + 1;
    const values = noise('others', channels * width * height, 5);
    values.set(heatmaps, first * width * height);
    const lists = await onGpu(device, async (gpu) => {
      const ranges = candidateLists(gpu, keypoints);
      await gpu.run([
        peaksCall(
          { map: gpu.map(shapeOf([channels], width, height), values), first, channels: keypoints },
          ratio,
          keypoints,
          ranges,
        ),
      ]);
      return readFound(gpu, ranges);
    });
    const expected = expectedPeaks(heatmaps, ratio, keypoints, width, height);
    expected.forEach((peaks, k) => expectFound(lists[k], peaks));
    expect(lists[keypoints]).toEqual({ count: 0, found: [] });
    return expected;
  }

  it.each([
    { width: 1, height: 1, keypoints: 1 },
    { width: 5, height: 7, keypoints: 3 },
    { width: 7, height: 5, keypoints: 5 },
    { width: 17, height: 9, keypoints: 17 },
    { width: 1, height: 19, keypoints: 4 },
  ])('finds $keypoints types in noise of $width×$height', async ({ width, height, keypoints }) => {
    await compare(noise('heat', keypoints * width * height), keypoints, width, height);
  });

  it.each([
    [1, 0],
    [2, 3],
    [8, 6],
  ])('finds them where a cell spans %i pixels, after %i other channels', async (ratio, first) => {
    await compare(noise('heat', 3 * 35), 3, 5, 7, ratio, first);
    await compare(coarseNoise('heat', 3 * 35), 3, 7, 5, ratio, first);
  });

  it('counts every pixel of plateaus, ties and repeated edges', async () => {
    for (const [width, height] of [
      [5, 7],
      [9, 8],
      [8, 3],
    ])
      await compare(coarseNoise('heat', 3 * width * height), 3, width, height);
    // One cell high, two of one height, a plateau of four cells, all in the corner that is repeated.
    const values = new Float32Array(3 * 16);
    values[15] = 0.5;
    values.set([0.5, 0, 0, 0.5], 16 + 12);
    for (const cell of [10, 11, 14, 15]) values[32 + cell] = 0.25;
    const found = await compare(values, 3, 4, 4);
    expect(found.map((peaks) => peaks.length)).toEqual([4 * 4, 4 + 4 * 4, 8 * 8]);
  });

  it('takes what exceeds the threshold, not what equals it', async () => {
    const threshold = Math.fround(PEAK_THRESHOLD);
    const above = threshold + 2 ** -30;
    const heatmaps = new Float32Array(3 * 25);
    [threshold, above, -above].forEach((value, k) => (heatmaps[k * 25 + 12] = value));
    const found = await compare(heatmaps, 3, 5, 5);
    expect(found.map((peaks) => peaks.length)).toEqual([0, 1, 0]);
  });

  it('finds more peaks than are kept', async () => {
    const [width, height] = [31, 24];
    const heatmaps = new Float32Array(width * height);
    for (let y = 1; y < height; y += 3) {
      for (let x = 1; x < width; x += 3) heatmaps[y * width + x] = 0.1 + ((7 * x + 5 * y) % 16) / 32;
    }
    const [peaks] = await compare(heatmaps, 1, width, height);
    expect(peaks.length).toBe(80);
  });

  it('counts more peaks than the list holds, and fills the list with some of them', async () => {
    const [[all], [some]] = [
      await compare(new Float32Array(81).fill(0.5), 1, 9, 9),
      await compare(new Float32Array(64).fill(0.5), 1, 8, 8),
    ];
    expect(all.length).toBeGreaterThan(LIST_LENGTH);
    expect(some.length).toBe(LIST_LENGTH);
  });

  it('finds nothing where all is low', async () => {
    await compare(new Float32Array(4 * 35), 4, 5, 7);
    await compare(new Float32Array(4 * 35).fill(-1), 4, 5, 7);
  });
});
