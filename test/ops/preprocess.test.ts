import { describe, expect, it } from 'vitest';
import type { PixelData } from '../../src/frame.ts';
import { fitInput } from '../../src/geometry.ts';
import { preprocess } from '../../src/ops/preprocess.ts';
import { uniformDraws } from '../support/formula-weights.ts';
import { plainPreprocess } from './plain-preprocess.ts';

/** Unrelated pixels, on which every misplaced sample shows; alpha does not count. */
function noisyPixels(width: number, height: number): PixelData {
  const draw = uniformDraws(`${width}×${height}`);
  return { data: Uint8Array.from({ length: width * height * 4 }, () => Math.floor(256 * draw())), width, height };
}

describe('preprocessing gives, bit by bit, what it is defined to give pixel by pixel', () => {
  it.each([
    [64, 64, 64],
    [200, 150, 64],
    [21, 15, 96],
    [15, 40, 64],
    [97, 133, 64],
    [65, 63, 64],
    [1, 1, 64],
    [3, 1, 64],
    [1, 5, 64],
    [640, 427, 128],
    [333, 500, 96],
  ])('of a %i×%i frame at %i, plain and mirrored', (width, height, inputSize) => {
    const geometry = fitInput(width, height, inputSize);
    const halved = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
    for (const pixels of [noisyPixels(width, height), noisyPixels(halved.width, halved.height)]) {
      for (const mirrored of [false, true]) {
        expect(preprocess(pixels, geometry, mirrored)).toEqual(plainPreprocess(pixels, geometry, mirrored));
      }
    }
  });
});
