import { describe, expect, it } from 'vitest';
import type { PixelData } from '../../src/frame.ts';
import { shrinkPixels } from '../../src/frame-pixels.ts';

const grey = (width: number, values: readonly number[]): PixelData => ({
  data: Uint8ClampedArray.from(values.flatMap((value) => [value, value, value, 255])),
  width,
  height: values.length / width,
});

describe('pixel data shrunk', () => {
  it.each([
    { what: 'by half', from: grey(4, [0, 100, 40, 60, 200, 100, 20, 40]), to: [2, 1], expected: [100, 40] },
    { what: 'to two thirds', from: grey(3, [30, 60, 90]), to: [2, 1], expected: [40, 80] },
    { what: 'upright', from: grey(1, [30, 60, 90]), to: [1, 2], expected: [40, 80] },
    { what: 'to one pixel', from: grey(2, [10, 20, 30, 40]), to: [1, 1], expected: [25] },
    { what: 'not at all', from: grey(2, [10, 20]), to: [2, 1], expected: [10, 20] },
  ])('$what: the mean of what each pixel covers', ({ from, to: [width, height], expected }) => {
    expect(shrinkPixels(from, width, height)).toEqual(grey(width, expected));
  });

  it('keeps a level picture level at sizes that divide badly', () => {
    const { data } = shrinkPixels(grey(113, Array<number>(113 * 71).fill(77)), 97, 61);
    expect(data.filter((_, i) => i % 4 === 0).every((value) => value === 77)).toBe(true);
  });
});
