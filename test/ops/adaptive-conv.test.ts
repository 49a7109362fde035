import { describe, expect, it } from 'vitest';
import { ManyposeError } from '../../src/errors.ts';
import type { AdaptiveConvInputs, AdaptiveConvShape } from '../../src/ops/adaptive-conv.ts';
import { adaptiveConv } from '../../src/ops/adaptive-conv.ts';
import { noise } from '../support/parity.ts';

function inputsOf(shape: AdaptiveConvShape, reach: number): AdaptiveConvInputs {
  const cells = shape.width * shape.height;
  return {
    x: noise('x', shape.inChannels * cells),
    transform: noise('transform', 4 * cells, reach),
    weight: noise('weight', shape.outChannels * shape.inChannels * 9),
    bias: noise('bias', shape.outChannels),
  };
}

/**
 * The definition written as a sum over all cells: bilinear sampling is a hat function's weight for
 * every cell of the map, so that what lies outside never comes up.
 */
function byHatFunctions(shape: AdaptiveConvShape, inputs: AdaptiveConvInputs): number[] {
  const { inChannels, outChannels, width, height, dilation } = shape;
  const cells = width * height;
  const hat = (d: number) => Math.max(0, 1 - Math.abs(d));
  const out: number[] = [];
  for (let o = 0; o < outChannels; o++) {
    for (let q = 0; q < cells; q++) {
      const [yy, yx, xy, xx] = [0, 1, 2, 3].map((i) => inputs.transform[i * cells + q]);
      let sum = inputs.bias[o];
      for (const gy of [-1, 0, 1]) {
        for (const gx of [-1, 0, 1]) {
          const py = Math.floor(q / width) + (yy + dilation - 1) * gy + yx * gx;
          const px = (q % width) + xy * gy + (xx + dilation - 1) * gx;
          for (let c = 0; c < inChannels; c++) {
            const w = inputs.weight[((o * inChannels + c) * 3 + gy + 1) * 3 + gx + 1];
            for (let r = 0; r < cells; r++) {
              const share = hat(py - Math.floor(r / width)) * hat(px - (r % width));
              if (share > 0) sum += w * share * inputs.x[c * cells + r];
            }
          }
        }
      }
      if (inputs.shortcut) sum += inputs.shortcut[o * cells + q];
      out.push(inputs.relu ? Math.max(0, sum) : sum);
    }
  }
  return out;
}

function worst(ours: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  for (let i = 0; i < expected.length; i++) error = Math.max(error, Math.abs(ours[i] - expected[i]));
  return error;
}

const SHAPES = [
  { inChannels: 1, outChannels: 1, width: 1, height: 1 },
  { inChannels: 3, outChannels: 2, width: 7, height: 5 },
  { inChannels: 4, outChannels: 5, width: 2, height: 9 },
];

describe('adaptive convolution on the CPU', () => {
  const cases = SHAPES.flatMap((shape) =>
    [1, 2, 3].flatMap((dilation) => [0.5, 2, 20].map((reach) => ({ ...shape, dilation, reach }))),
  );

  it.each(cases)(
    'is the definition: $inChannels→$outChannels, $width×$height, dilation $dilation, |T| ≤ $reach',
    ({ reach, ...shape }) => {
      const inputs = inputsOf(shape, reach);
      expect(worst(adaptiveConv(shape, inputs), byHatFunctions(shape, inputs))).toBeLessThan(1e-5);
    },
  );

  it('adds the shortcut before the ReLU', () => {
    const shape = { ...SHAPES[1], dilation: 2 };
    const shortcut = noise('shortcut', 2 * 35, 3);
    const inputs = { ...inputsOf(shape, 1), shortcut, relu: true };
    const out = adaptiveConv(shape, inputs);
    expect(worst(out, byHatFunctions(shape, inputs))).toBeLessThan(1e-5);
    expect(Math.min(...out)).toBe(0);
    expect(Math.max(...out)).toBeGreaterThan(0);
  });

  it.each([1, 2, 3])('is an ordinary convolution of dilation %i where T is the identity', (dilation) => {
    const shape = { inChannels: 2, outChannels: 3, width: 7, height: 5, dilation };
    const inputs = inputsOf(shape, 1);
    inputs.transform.forEach((_, i, all) => (all[i] = [1, 0, 0, 1][Math.floor(i / 35)]));
    const expected: number[] = [];
    for (let o = 0; o < 3; o++) {
      for (let y = 0; y < 5; y++) {
        for (let x = 0; x < 7; x++) {
          let sum = inputs.bias[o];
          for (let c = 0; c < 2; c++) {
            for (let tap = 0; tap < 9; tap++) {
              const row = y + (Math.floor(tap / 3) - 1) * dilation;
              const column = x + ((tap % 3) - 1) * dilation;
              if (row < 0 || row >= 5 || column < 0 || column >= 7) continue;
              sum += inputs.weight[(o * 2 + c) * 9 + tap] * inputs.x[(c * 5 + row) * 7 + column];
            }
          }
          expected.push(sum);
        }
      }
    }
    expect(worst(adaptiveConv(shape, inputs), expected)).toBeLessThan(1e-5);
  });

  it('reads the same cell nine times where T = 0', () => {
    const shape = { inChannels: 1, outChannels: 1, width: 7, height: 5, dilation: 1 };
    const inputs = inputsOf(shape, 0);
    const sum = inputs.weight.reduce((a, b) => a + b, 0);
    const expected = Array.from(inputs.x, (value) => sum * value + inputs.bias[0]);
    expect(worst(adaptiveConv(shape, inputs), expected)).toBeLessThan(1e-5);
  });

  it('refuses arrays of the wrong length and senseless dilations', () => {
    const shape = { ...SHAPES[1], dilation: 1 };
    const inputs = inputsOf(shape, 1);
    expect(() => adaptiveConv(shape, { ...inputs, transform: new Float32Array(3) })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: 'transform: expected 140 values, got 3' }),
    );
    expect(() => adaptiveConv({ ...shape, dilation: 0 }, inputs)).toThrow(ManyposeError);
  });
});
