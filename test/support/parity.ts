import { afterAll, expect } from 'vitest';
import { uniformDraws } from './formula-weights.ts';

/** Uniform noise in ±scale, the same in every run. */
export function noise(name: string, length: number, scale = 1): Float32Array {
  const draw = uniformDraws(name);
  return Float32Array.from({ length }, () => scale * (2 * draw() - 1));
}

/** Noise of whole sixteenths in ±1: sums and interpolations of it are exact in float32, and ties are common. */
export function coarseNoise(name: string, length: number): Float32Array {
  return noise(name, length, 16).map((value) => Math.round(value) / 16);
}

/**
 * A check of a kernel against its reference: the largest error must stay below the tolerance, as a
 * part of the reference's largest value, or of 1 if that is larger (as the inputs are: what cancels
 * leaves the error of its terms). Says at the end how large errors were.
 */
export function parity(kernel: string, tolerance: number): (ours: Float32Array, expected: Float32Array) => void {
  let largest = 0;
  afterAll(() => console.log(`${kernel}: largest error ${largest.toExponential(1)}, allowed ${tolerance}`));
  return (ours, expected) => {
    expect(ours.length).toBe(expected.length);
    let scale = 1;
    let error = 0;
    for (let i = 0; i < expected.length; i++) {
      scale = Math.max(scale, Math.abs(expected[i]));
      error = Math.max(error, Math.abs(ours[i] - expected[i]));
    }
    largest = Math.max(largest, error / scale);
    expect(error / scale).toBeLessThanOrEqual(tolerance);
  };
}
