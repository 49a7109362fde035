import { describe, expect, it } from 'vitest';
import { groupKeypoints, peakFor } from '../../src/decode/group-keypoints.ts';
import { candidatesFromMaps } from '../../src/decode/candidates-from-maps.ts';
import type { KeypointPeaks } from '../../src/ops/peaks.ts';

/** Peaks of one keypoint type: faint nearby, strong further away. */
const PEAKS: KeypointPeaks = {
  count: Uint32Array.of(3),
  x: Float32Array.from({ length: 30 }, (_, rank) => [60, 44, 49][rank] ?? 0),
  y: Float32Array.from({ length: 30 }, () => 40),
  score: Float32Array.from({ length: 30 }, (_, rank) => [0.9, 0.3, 0.1][rank] ?? 0),
};

describe('the peak that a keypoint takes', () => {
  const at = (reach: number, spread?: number): number | undefined => peakFor(PEAKS, 0, 50, 40, reach, spread);

  it("is the nearest one in reach, by the paper's rule", () => {
    expect(at(75)).toBe(2);
    expect(at(1)).toBeUndefined();
    expect(at(1.01)).toBe(2);
  });

  it('is the one of most heat and nearness, where a spread is given', () => {
    // Heat · exp(-d² / 2s²): 0.9 at 10 px, 0.3 at 6, 0.1 at 1.
    expect(at(75, 20)).toBe(0);
    expect(at(75, 5)).toBe(1);
    expect(at(75, 3)).toBe(2);
    expect(at(10, 20)).toBe(1);
    expect(at(1, 20)).toBeUndefined();
  });

  it('spreads with the pose: the same at every size', () => {
    // Two keypoints; the pose's diagonal is twice as long at twice the size.
    const chosen = [1, 2].map((size) => {
      const planes = (channels: number) => ({
        channels,
        width: 32 * size,
        height: 32 * size,
        values: new Float32Array(channels * (32 * size) ** 2),
      });
      const maps = { heatmaps: planes(2), centerMap: planes(1), offsetMap: planes(4) };
      const set = (map: { values: Float32Array; width: number }, channel: number, x: number, y: number, value: number): void => {
        map.values[(channel * 32 * size + y * size) * 32 * size + x * size] = value;
      };
      set(maps.centerMap, 0, 10, 10, 1);
      [-6, 0, 6, 0].forEach((offset, channel) => set(maps.offsetMap, channel, 10, 10, offset * size));
      // Regressed at (16, 10): a faint peak two cells away, a strong one four.
      set(maps.heatmaps, 0, 14, 10, 0.2);
      set(maps.heatmaps, 0, 20, 10, 0.9);
      const candidates = candidatesFromMaps(maps, 128 * size, 128 * size);
      const x = (spread?: number): number => groupKeypoints(candidates, 0, { reach: 75, spread })[0].x / size;
      return [x(), x(0.1), x(0.5)];
    });
    expect(chosen[0]).toEqual([56, 56, 80]);
    expect(chosen[1]).toEqual(chosen[0]);
  });
});
