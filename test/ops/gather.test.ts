import { regressedPixel, windowField, windowSide } from '../../src/ops/heat-window.ts';
import { describe, expect, it } from 'vitest';
import { copyWindow, regressKeypoints } from '../../src/ops/gather.ts';
import { heatAt } from '../../src/ops/heat-upsample.ts';
import { noise } from '../support/parity.ts';

describe('windows of heat', () => {
  it.each([
    [1, 1, 4],
    [2, 3, 4],
    [5, 7, 4],
    [9, 4, 4],
    [9, 12, 2],
    [15, 13, 1],
    [4, 3, 8],
    [5, 4, 3],
  ])('hold all that lies within 6 pixels, on a %i×%i map of cells %i pixels wide', (width, height, ratio) => {
    const stack = { maps: noise('heat', 2 * width * height), width, height, ratio };
    const [lastX, lastY] = [ratio * width - 1, ratio * height - 1];
    const window = new Float32Array(windowSide(ratio) ** 2);
    for (let y = 0; y <= lastY; y++) {
      for (let x = 0; x <= lastX; x++) {
        copyWindow(stack, 1, x, y, window);
        const field = windowField(window, ratio, x, y);
        for (let row = Math.max(y - 6, 0); row <= Math.min(y + 6, lastY); row++) {
          for (let column = Math.max(x - 6, 0); column <= Math.min(x + 6, lastX); column++) {
            if (field(column, row) !== heatAt(stack, 1, column, row)) expect.fail(`(${column}, ${row}) around (${x}, ${y})`);
          }
        }
      }
    }
  });
});

describe('regressed keypoints', () => {
  it('lie at the cell minus its offset, in pixels', () => {
    // Two keypoints on a 2×2 map: (x0, y0, x1, y1).
    const values = Float32Array.from([0, 0, 0, 0.25, 0, 0, 0, -2, 0, 0, 0, 1, 0, 0, 0, 0.5]);
    expect([...regressKeypoints({ channels: 4, width: 2, height: 2, values }, [3, 0], 4)]).toEqual([3, 12, 0, 2, 0, 0, 0, 0]);
  });

  it('round to pixels of the input', () => {
    expect([-3, -0.5, 0.49, 0.5, 6.5, 7, 7.4, 1e9].map((value) => regressedPixel(value, 8))).toEqual([0, 0, 0, 1, 7, 7, 7, 7]);
  });
});
