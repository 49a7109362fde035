import { PEAK_RADIUS, PEAK_THRESHOLD, MAX_CANDIDATES } from '../../src/ops/candidate-rules.ts';
import { describe, expect, it } from 'vitest';
import type { HeatStack } from '../../src/ops/heat-upsample.ts';
import { heatAt, upsample } from '../../src/ops/heat-upsample.ts';
import { findTopPeaks } from '../../src/ops/peaks.ts';
import { createTopCandidates } from '../../src/ops/rank.ts';
import { findTopPeaksUpsampled } from '../../src/ops/upsampled-peaks.ts';
import type { Candidate } from '../support/candidate-lists.ts';
import { candidatesOf } from '../support/candidate-lists.ts';
import { decodeRuns } from '../support/decode-maps.ts';
import { coarseNoise, noise } from '../support/parity.ts';

/** Every peak of the written-out map, and the best of them. */
function comparePeaks(stack: HeatStack, channels = 1): number {
  const [width, height] = [stack.width * stack.ratio, stack.height * stack.ratio];
  const written = new Float32Array(width * height);
  let peaks = 0;
  for (let channel = 0; channel < channels; channel++) {
    upsample(stack, channel, written);
    for (const limit of [MAX_CANDIDATES, width * height]) {
      const [plain, ours] = [createTopCandidates(limit), createTopCandidates(limit)];
      findTopPeaks(written, width, height, PEAK_RADIUS, PEAK_THRESHOLD, plain);
      findTopPeaksUpsampled(stack, channel, ours);
      const expected: Candidate[] = candidatesOf(plain);
      expect(candidatesOf(ours), `channel ${channel}`).toEqual(expected);
      peaks += expected.length;
    }
  }
  return peaks;
}

const SIZES = [
  [1, 1],
  [1, 9],
  [9, 1],
  [2, 2],
  [5, 7],
  [8, 6],
  [24, 16],
];
const RATIOS = [1, 2, 3, 4, 5, 8];

describe('peaks found without writing the upsampled map', () => {
  it.each(decodeRuns())(
    'are those of the written-out heatmaps of $name',
    ({
      maps: {
        heatmaps: { values, width, height, channels },
      },
    }) => {
      expect(comparePeaks({ maps: values, width, height, ratio: 4 }, channels)).toBeGreaterThan(channels);
    },
  );

  const kinds: [string, (name: string, length: number) => Float32Array][] = [
    ['noise', (name, length) => noise(name, length)],
    ['noise about the threshold', (name, length) => noise(name, length, 0.02)],
    ['plateaus and ties', (name, length) => coarseNoise(name, length).map((value) => Math.max(Math.round(2 * value) / 4, 0))],
    [
      'values that differ in their last digits',
      (name, length) => noise(name, length, 6).map((value) => 0.5 + Math.round(value) * 2 ** -25),
    ],
    ['slopes as steep as rounding', (name, length) => noise(name, length, 40).map((value) => 0.7 + Math.round(value) * 2 ** -24)],
    ['mostly nothing', (name, length) => noise(name, length).map((value) => Math.max(value - 0.9, 0))],
    [
      'negative values beside high ones',
      (name, length) => noise(name, length).map((value) => (value > 0.5 ? value : -1e6 * value ** 2)),
    ],
    ['one value', (_, length) => new Float32Array(length).fill(0.5)],
  ];
  it.each(kinds)('are those of written-out maps of %s', (kind, make) => {
    for (const [width, height] of SIZES) {
      for (const ratio of RATIOS) {
        comparePeaks({ maps: make(`${kind} ${ratio}`, 2 * width * height), width, height, ratio }, 2);
      }
    }
  });

  it('are none at the threshold and below', () => {
    const maps = new Float32Array(25).fill(Math.fround(PEAK_THRESHOLD));
    expect(comparePeaks({ maps, width: 5, height: 5, ratio: 4 })).toBe(0);
    expect(comparePeaks({ maps: maps.fill(-1), width: 5, height: 5, ratio: 4 })).toBe(0);
  });
});

it.each(RATIOS)('heat read at a pixel is that of the written-out map, at %i times the size', (ratio) => {
  const [width, height] = [7, 5];
  const stack = { maps: noise('heat', 2 * width * height), width, height, ratio };
  const written = new Float32Array(width * height * ratio ** 2);
  upsample(stack, 1, written);
  const read = written.map((_, i) => heatAt(stack, 1, i % (width * ratio), Math.floor(i / (width * ratio))));
  expect(read).toEqual(written);
});
