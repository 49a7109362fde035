import { describe, expect, it } from 'vitest';
import { refineKeypoint } from '../../src/decode/refine-keypoints.ts';

const SIZE = 128;
const CENTER_SCORE = 0.5;

const refine = (x: number, y: number, heat: (x: number, y: number) => number, score = 0.4) =>
  refineKeypoint({ x, y, score, heat }, CENTER_SCORE, SIZE, SIZE);

const bell =
  (x0: number, y0: number, height: number, sigma: number) =>
  (x: number, y: number): number =>
    height * Math.exp(-((x - x0) ** 2 + (y - y0) ** 2) / (2 * sigma ** 2));

describe('refined keypoints', () => {
  it('lie in the middle of a Gaussian, between pixels, and score by its height', () => {
    const { x, y, score } = refine(50, 61, bell(51.3, 60.6, 0.8, 2.5));
    expect(x).toBeCloseTo(51.3, 6);
    expect(y).toBeCloseTo(60.6, 6);
    expect(score).toBeCloseTo(0.8 * CENTER_SCORE, 6);
  });

  it('may lie outside the window', () => {
    expect(refine(50, 60, bell(56.8, 61, 0.8, 3)).x).toBeCloseTo(56.8, 4);
  });

  it('stay where they are on a slope, which no Gaussian nearby explains', () => {
    const at = { x: 50, y: 60, score: 0.4 };
    expect(refine(50, 60, (x) => Math.exp(x - 40))).toEqual(at);
    expect(refine(50, 60, (x, y) => 3 * x + 2 * y)).toEqual(at);
    expect(refine(50, 60, bell(80, 60, 100, 12))).toEqual(at);
  });

  it('stay where they are in the dark, in the first and last row or column, and where heat is no number', () => {
    const heat = bell(2, 2, 0.8, 2);
    expect(refine(3, 3, heat, 0.05)).toEqual({ x: 3, y: 3, score: 0.05 });
    expect(refine(0, 3, heat)).toEqual({ x: 0, y: 3, score: 0.4 });
    expect(refine(3, SIZE - 1, heat)).toEqual({ x: 3, y: SIZE - 1, score: 0.4 });
    expect(refine(50, 60, () => Number.NaN)).toEqual({ x: 50, y: 60, score: 0.4 });
  });
});
