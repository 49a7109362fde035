import { regressedPixel } from '../../src/ops/heat-window.ts';
import { describe, expect, it } from 'vitest';
import { heatAroundPeak, heatAroundRegressed } from '../../src/decode/candidates.ts';
import { candidatesFromMaps } from '../../src/decode/candidates-from-maps.ts';
import { refineKeypoint } from '../../src/decode/refine-keypoints.ts';
import type { HeatField } from '../../src/ops/heat-upsample.ts';
import { decodeRuns } from '../support/decode-maps.ts';
import { uniformDraws } from '../support/formula-weights.ts';
import { referenceFit } from './reference-fit.ts';

const [WIDTH, HEIGHT] = [128, 96];
const CENTER_SCORE = 0.8;

/** Compares refined keypoints with those of the plain fit: the same ones moved, to the same places. */
function comparison(tolerance: number) {
  const seen = { keypoints: 0, moved: 0, worst: 0 };
  return {
    seen,
    at(x: number, y: number, heat: HeatField, width = WIDTH, height = HEIGHT): void {
      // Off the pixel's middle, so that a keypoint moved nowhere differs from one left alone.
      const keypoint = { x: x + 0.25, y: y + 0.25, score: 0.5, heat };
      const ours = refineKeypoint(keypoint, CENTER_SCORE, width, height);
      const plain = refineKeypoint(keypoint, CENTER_SCORE, width, height, referenceFit);
      const moved = [ours, plain].map((place) => place.x !== keypoint.x || place.y !== keypoint.y);
      expect(moved[0], `moved at (${x}, ${y}): ${JSON.stringify([ours, plain])}`).toBe(moved[1]);
      const distance = Math.hypot(ours.x - plain.x, ours.y - plain.y);
      seen.keypoints++;
      if (moved[0]) seen.moved++;
      seen.worst = Math.max(seen.worst, distance);
      expect(distance, `at (${x}, ${y})`).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(ours.score - plain.score), `at (${x}, ${y})`).toBeLessThanOrEqual(tolerance * (1 + Math.abs(plain.score)));
    },
  };
}

describe('the fit, against one that is written out plainly', () => {
  it.each(decodeRuns())('finds the same places on the heatmaps of $name', ({ maps }) => {
    const [width, height] = [4 * maps.heatmaps.width, 4 * maps.heatmaps.height];
    const candidates = candidatesFromMaps(maps, width, height);
    const { keypoints, peaks, regressed, centerScores } = candidates;
    const { at, seen } = comparison(1e-9);
    for (let k = 0; k < keypoints; k++) {
      for (let rank = 0; rank < peaks.count[k]; rank++) {
        at(peaks.x[k * 30 + rank], peaks.y[k * 30 + rank], heatAroundPeak(candidates, k, rank), width, height);
      }
      for (let person = 0; person < centerScores.length; person++) {
        const [x, y] = [width, height].map((size, i) => regressedPixel(regressed[(person * keypoints + k) * 2 + i], size));
        at(x, y, heatAroundRegressed(candidates, person, k), width, height);
      }
    }
    expect(seen.moved).toBeGreaterThan(seen.keypoints / 2);
  });

  const draw = uniformDraws('fit');
  const between = (low: number, high: number): number => low + (high - low) * draw();
  const bell =
    (x0: number, y0: number, peak: number, sigma: number): HeatField =>
    (x, y) =>
      peak * Math.exp(-((x - x0) ** 2 + (y - y0) ** 2) / (2 * sigma ** 2));
  /** Written down once: a field of random numbers must be the same when it is read again. */
  const field = (at: (x: number, y: number) => number): HeatField => {
    const values = Float64Array.from({ length: WIDTH * HEIGHT }, (_, i) => at(i % WIDTH, Math.floor(i / WIDTH)));
    return (x, y) => values[y * WIDTH + x];
  };

  /** Heat around (x, y), and whether some, all or none of such keypoints are moved. */
  const fields: [what: string, expected: 'all' | 'some' | 'none', heat: (x: number, y: number) => HeatField][] = [
    ['bells', 'some', (x, y) => bell(x + between(-3, 3), y + between(-3, 3), between(0.1, 1), between(1, 6))],
    [
      'bells outside the window',
      'some',
      (x, y) => bell(x + between(-15, 15), y + between(-15, 15), between(0.1, 3), between(1, 11)),
    ],
    [
      'bells in noise',
      'some',
      (x, y) => {
        const clear = bell(x + between(-2, 2), y + between(-2, 2), between(0.1, 1), between(1, 6));
        return field((px, py) => clear(px, py) + between(0, 0.1));
      },
    ],
    [
      "two people's bells",
      'all',
      (x, y) => {
        const [near, far] = [bell(x, y, 0.5, 2), bell(x + between(0, 6), y + between(0, 6), between(0, 0.4), between(1, 4))];
        return (px, py) => near(px, py) + far(px, py);
      },
    ],
    ['plateaus', 'all', (x, y) => (px, py) => (Math.abs(px - x) < 3 && Math.abs(py - y) < 3 ? 0.5 : 0)],
    ['negative bells', 'all', (x, y) => bell(x, y, -1, 2)],
    ['noise', 'some', () => field(() => between(0, 1))],
    [
      'slopes',
      'some',
      () => {
        const [a, b, c] = [between(0, 1), between(0, 1), between(0, 1)];
        return (px, py) => a * px + b * py + c;
      },
    ],
    [
      'steep slopes',
      'none',
      () => {
        const steepness = between(-1, 1);
        return (px) => Math.exp(steepness * (px - 60));
      },
    ],
    ['pits', 'none', (x, y) => (px, py) => 0.1 + 0.01 * ((px - x) ** 2 + (py - y) ** 2)],
    [
      'flat heat',
      'none',
      () => {
        const value = between(0, 1);
        return () => value;
      },
    ],
    ['no heat', 'none', () => () => 0],
    ['single pixels', 'none', (x, y) => (px, py) => (px === x && py === y ? 1 : 0)],
    ['single columns', 'none', (x) => (px) => (px === x ? 1 : 0)],
    ['one value that is no number', 'none', (x, y) => (px, py) => (px === x + 1 && py === y ? Number.NaN : 0.5)],
    ['no numbers', 'none', () => () => Number.NaN],
    ['infinite heat', 'none', (x, y) => (px, py) => (px === x && py === y ? Infinity : 0.5)],
    ['huge heat', 'all', (x, y) => bell(x + between(-1, 1), y + between(-1, 1), 10 ** between(0, 100), 2)],
    ['heat that is next to nothing', 'some', (x, y) => bell(x, y, 10 ** -between(0, 200), 2)],
  ];
  it.each(fields)('agrees on %s: %s are moved', (_, expected, heatAround) => {
    const { at, seen } = comparison(1e-9);
    for (let i = 0; i < 200; i++) {
      const [x, y] = [8 + Math.floor(110 * draw()), 8 + Math.floor(78 * draw())];
      at(x, y, heatAround(x, y));
      // Windows that the border cuts, on one side or two.
      const edgeX = [1, 2, 3, 5, 60, WIDTH - 2, WIDTH - 3, WIDTH - 5][Math.floor(8 * draw())];
      const edgeY = [1, 2, 4, HEIGHT - 2, HEIGHT - 4][Math.floor(5 * draw())];
      at(edgeX, edgeY, heatAround(edgeX, edgeY));
    }
    if (expected === 'none') expect(seen.moved).toBe(0);
    else if (expected === 'all') expect(seen.moved).toBe(seen.keypoints);
    else expect([seen.moved > 0, seen.moved < seen.keypoints]).toEqual([true, true]);
  });
});
