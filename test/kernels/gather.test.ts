import { regressedPixel, windowSide } from '../../src/ops/heat-window.ts';
import { MAX_CANDIDATES } from '../../src/ops/candidate-rules.ts';
import { expect, it } from 'vitest';
import { copyWindow, regressKeypoints } from '../../src/ops/gather.ts';
import { gatherCall } from '../../src/webgpu/kernels/gather.ts';
import type { Candidate } from '../support/candidate-lists.ts';
import { candidateLists } from '../support/candidate-lists.ts';
import { uniformDraws } from '../support/formula-weights.ts';
import { describeGpu } from '../support/gpu.ts';
import { noise } from '../support/parity.ts';
import { onGpu, shapeOf } from '../support/run-kernel.ts';

/** Input pixels per cell of the heatmaps and of the offset map. */
const RATIOS = { heat: 4, offset: 4 };

interface Case {
  keypoints: number;
  width: number;
  height: number;
  /** Largest offset in cells: how far regressed keypoints leave the map. */
  reach: number;
  ratios?: { heat: number; offset: number };
  /** Channels before the heatmaps, and before the offsets. */
  first?: number;
}

const CASES: Case[] = [
  { keypoints: 1, width: 1, height: 1, reach: 3 },
  { keypoints: 3, width: 5, height: 7, reach: 0.6 },
  { keypoints: 5, width: 7, height: 5, reach: 12 },
  { keypoints: 17, width: 13, height: 4, reach: 1e6 },
  { keypoints: 14, width: 3, height: 20, reach: 4 },
  { keypoints: 5, width: 6, height: 8, reach: 3, ratios: { heat: 2, offset: 4 }, first: 3 },
  { keypoints: 3, width: 9, height: 5, reach: 3, ratios: { heat: 1, offset: 1 }, first: 1 },
  { keypoints: 3, width: 5, height: 4, reach: 3, ratios: { heat: 8, offset: 8 }, first: 6 },
];

/** `count` places below `end`: the first and last ones, then any. */
function places(name: string, count: number, end: number): Candidate[] {
  const draw = uniformDraws(name);
  return Array.from({ length: count }, (_, i) => ({ index: [0, end - 1][i] ?? Math.floor(draw() * end), score: 1 - i / 100 }));
}

/** Cells are copied, and (cell - offset) · 4 rounds once on either side: everything must be equal. */
describeGpu('the gather kernel', (device) => {
  /** Both maps lie among other channels; the offset map may be smaller than the heatmaps. */
  async function compare(
    { keypoints, width, height, ratios = RATIOS, first = 0 }: Case,
    offsets: Float32Array,
    best: Candidate[][],
  ): Promise<void> {
    const { heat: ratio, offset: offsetRatio } = ratios;
    const side = windowSide(ratio);
    const windowCells = side * side;
    const [offsetWidth, offsetHeight] = [width, height].map((size) => (size * ratio) / offsetRatio);
    const among = (values: Float32Array, channels: number, cells: number): Float32Array => {
      const all = noise('others', (first + channels + 1) * cells, 9);
      all.set(values, first * cells);
      return all;
    };
    const heatmaps = noise('heatmaps', keypoints * width * height);
    const [regressed, windows] = await onGpu(device, async (gpu) => {
      const lists = candidateLists(gpu, keypoints, { best });
      const out = {
        regressed: gpu.buffer(new Float32Array(MAX_CANDIDATES * keypoints * 2).fill(NaN)),
        windows: gpu.buffer(new Float32Array(2 * MAX_CANDIDATES * keypoints * windowCells).fill(NaN)),
      };
      const output = (values: Float32Array, channels: number, w: number, h: number) => ({
        map: gpu.map(shapeOf([first + channels + 1], w, h), among(values, channels, w * h)),
        first,
        channels,
      });
      await gpu.run([
        gatherCall(
          {
            heatmaps: output(heatmaps, keypoints, width, height),
            ratio,
            // Centers are cells of a map as large as the offsets'.
            centerMap: output(new Float32Array(offsetWidth * offsetHeight), 1, offsetWidth, offsetHeight),
            offsetMap: output(offsets, 2 * keypoints, offsetWidth, offsetHeight),
          },
          keypoints,
          0,
          lists,
          out,
        ),
      ]);
      return [new Float32Array(await gpu.read(out.regressed)), new Float32Array(await gpu.read(out.windows))];
    });

    const people = best[keypoints].slice(0, MAX_CANDIDATES);
    const expected = new Float32Array(regressed.length).fill(NaN);
    expected.set(
      regressKeypoints(
        { channels: 2 * keypoints, width: offsetWidth, height: offsetHeight, values: offsets },
        people.map(({ index }) => index),
        offsetRatio,
      ),
    );
    expect(regressed).toEqual(expected);

    const stack = { maps: heatmaps, width, height, ratio };
    const expectedWindows = new Float32Array(windows.length).fill(NaN);
    const window = (index: number, k: number, x: number, y: number): void =>
      copyWindow(stack, k, x, y, expectedWindows.subarray(index * windowCells, (index + 1) * windowCells));
    for (let rank = 0; rank < MAX_CANDIDATES; rank++) {
      for (let k = 0; k < keypoints; k++) {
        const at = rank * keypoints + k;
        const peak = best[k][rank];
        if (peak) {
          window(at, k, peak.index % (ratio * width), Math.floor(peak.index / (ratio * width)));
        }
        if (rank < people.length) {
          window(
            MAX_CANDIDATES * keypoints + at,
            k,
            regressedPixel(expected[2 * at], ratio * width),
            regressedPixel(expected[2 * at + 1], ratio * height),
          );
        }
      }
    }
    expect(windows).toEqual(expectedWindows);
  }

  it.each(CASES)('$keypoints keypoints of $width×$height maps, offsets up to $reach', async (shape) => {
    const { keypoints, width, height, reach, ratios: { heat, offset } = RATIOS } = shape;
    const pixels = heat * heat * width * height;
    const cells = pixels / offset ** 2;
    const offsets = noise('offsets', 2 * keypoints * cells, reach);
    for (const people of [0, 1, 7, MAX_CANDIDATES]) {
      const best = Array.from({ length: keypoints }, (_, k) =>
        places(`type ${k}`, (k * 11 + people) % (MAX_CANDIDATES + 1), pixels),
      );
      await compare(shape, offsets, [...best, places('people', people, cells)]);
    }
  });

  it('around every pixel of a small map, in the middle and at its borders', async () => {
    const shape = { keypoints: 4, width: 3, height: 2, reach: 0 };
    const pixels = Array.from({ length: 16 * 6 }, (_, index) => ({ index, score: 1 }));
    const best = [0, 1, 2, 3].map((k) => pixels.slice(24 * k, 24 * (k + 1)));
    await compare(shape, new Float32Array(8 * 6), [...best, places('people', 6, 6)]);
  });

  it("where regressed places lie half-way between pixels or on the input's edge", async () => {
    const shape = { keypoints: 3, width: 5, height: 7, reach: 0 };
    const offsets = noise('eighths', 6 * 35, 8).map((value) => Math.round(value) / 8);
    await compare(shape, offsets, [[], [], [], places('people', MAX_CANDIDATES, 35)]);
  });

  it('serves 30 ranks of lists that counted more', async () => {
    const shape = { keypoints: 2, width: 5, height: 7, reach: 1 };
    const best = [places('a', 40, 560), places('b', 1000, 560), places('people', 35, 35)];
    await compare(shape, noise('offsets', 4 * 35), best);
  });
});
