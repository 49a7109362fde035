import { CENTER_THRESHOLD, centerWindow, MAX_CANDIDATES } from '../../src/ops/candidate-rules.ts';
import { expect, it } from 'vitest';
import { findCenters } from '../../src/ops/centers.ts';
import { findTopPeaks } from '../../src/ops/peaks.ts';
import { createTopCandidates } from '../../src/ops/rank.ts';
import { centersCall } from '../../src/webgpu/kernels/centers.ts';
import { LIST_LENGTH } from '../../src/webgpu/kernels/rank.ts';
import type { Candidate } from '../support/candidate-lists.ts';
import { candidateLists, candidatesOf, readFound } from '../support/candidate-lists.ts';
import { expectFound } from '../support/expect-found.ts';
import { describeGpu } from '../support/gpu.ts';
import { coarseNoise, noise } from '../support/parity.ts';
import { onGpu, shapeOf } from '../support/run-kernel.ts';

/** Cells are compared as they are: everything must be equal. */
describeGpu('the centers kernel', (device) => {
  async function compare(centerMap: Float32Array, width: number, height: number, keypoints = 1): Promise<Candidate[]> {
    // Offsets that would be centers, were they looked at.
    const regression = noise('offsets', (2 * keypoints + 1) * width * height, 5);
    regression.set(centerMap, 2 * keypoints * width * height);
    const lists = await onGpu(device, async (gpu) => {
      const ranges = candidateLists(gpu, keypoints);
      await gpu.run([
        centersCall(
          { map: gpu.map(shapeOf([2 * keypoints + 1], width, height), regression), first: 2 * keypoints, channels: 1 },
          keypoints,
          ranges,
        ),
      ]);
      return readFound(gpu, ranges);
    });
    const top = createTopCandidates(width * height);
    findTopPeaks(centerMap, width, height, (centerWindow(width, height) - 1) / 2, CENTER_THRESHOLD, top);
    const expected = candidatesOf(top);
    expectFound(lists[keypoints], expected);
    for (const list of lists.slice(0, keypoints)) expect(list).toEqual({ count: 0, found: [] });
    // The candidates that decoding gets on the CPU are the best of these.
    expect(candidatesOf(findCenters(centerMap, width, height))).toEqual(expected.slice(0, MAX_CANDIDATES));
    return expected;
  }

  it.each([
    { width: 1, height: 1, keypoints: 1 },
    { width: 5, height: 7, keypoints: 2 },
    { width: 7, height: 5, keypoints: 14 },
    { width: 33, height: 20, keypoints: 17 },
  ])('finds centers in noise of $width×$height beside $keypoints offsets', async ({ width, height, keypoints }) => {
    await compare(noise('centers', width * height), width, height, keypoints);
    await compare(coarseNoise('centers', width * height), width, height, keypoints);
  });

  it.each([
    [1, 399, 3],
    [1, 401, 5],
    [598, 2, 5],
    [599, 3, 7],
  ])('looks at a %i×%i map through a window of %i cells', async (width, height, window) => {
    expect(centerWindow(width, height)).toBe(window);
    await compare(noise('centers', width * height), width, height);
    await compare(coarseNoise('centers', width * height), width, height);
  });

  it('takes what exceeds the threshold, not what equals it', async () => {
    const threshold = Math.fround(CENTER_THRESHOLD);
    const centerMap = new Float32Array(45);
    centerMap[0] = threshold;
    centerMap[22] = threshold + 2 ** -30;
    centerMap[44] = -1;
    expect((await compare(centerMap, 5, 9)).map(({ index }) => index)).toEqual([22]);
  });

  it('finds more centers than are kept, and counts more than the list holds', async () => {
    expect((await compare(new Float32Array(32 * 32).fill(1), 32, 32)).length).toBe(LIST_LENGTH);
    expect((await compare(new Float32Array(33 * 32).fill(1), 33, 32)).length).toBe(33 * 32);
  });

  it('finds nothing where all is low', async () => {
    expect(await compare(new Float32Array(35), 5, 7)).toEqual([]);
    expect(await compare(new Float32Array(35).fill(NaN), 5, 7)).toEqual([]);
  });
});
