import { ManyposeError } from '../errors.ts';

/** Sizes of one transposed convolution. */
export interface TransposedConvShape {
  readonly inChannels: number;
  readonly outChannels: number;
  /** Of the input, in cells. */
  readonly width: number;
  readonly height: number;
}

/** What it reads, all in C order. */
export interface TransposedConvInputs {
  /** [inChannels, height, width]. */
  readonly x: Float32Array;
  /** [outChannels, inChannels, 4, 4] (PyTorch has the first two the other way round). */
  readonly weight: Float32Array;
  /** [outChannels]. */
  readonly bias: Float32Array;
}

const SIDE = 4;

/**
 * Reference of the transposed convolution with a 4×4 window, stride 2 and padding 1: input cell (x, y) adds the window
 * to output cells (2x - 1 .. 2x + 2, 2y - 1 .. 2y + 2), what lies outside being dropped; then bias and ReLU.
 *
 * @returns [outChannels, 2 · height, 2 · width].
 * @throws ManyposeError `invalid-argument` for arrays that do not have the shape's sizes.
 */
export function transposedConv(shape: TransposedConvShape, { x, weight, bias }: TransposedConvInputs): Float32Array {
  const { inChannels, outChannels, width, height } = shape;
  const expected = [inChannels * width * height, outChannels * inChannels * SIDE ** 2, outChannels];
  const lengths = [x.length, weight.length, bias.length];
  if (expected.join() !== lengths.join()) {
    throw new ManyposeError(
      'invalid-argument',
      `expected ${expected.join(', ')} values, weights and biases, got ${lengths.join(', ')}`,
    );
  }
  const [outWidth, outHeight] = [2 * width, 2 * height];
  const out = new Float32Array(outChannels * outWidth * outHeight);
  const sums = new Float64Array(outWidth * outHeight);
  for (let o = 0; o < outChannels; o++) {
    sums.fill(bias[o]);
    for (let c = 0; c < inChannels; c++) {
      for (let tap = 0; tap < SIDE ** 2; tap++) {
        const factor = weight[(o * inChannels + c) * SIDE ** 2 + tap];
        const [down, right] = [Math.floor(tap / SIDE) - 1, (tap % SIDE) - 1];
        for (let row = 0; row < height; row++) {
          const y = 2 * row + down;
          if (y < 0 || y >= outHeight) continue;
          for (let column = 0; column < width; column++) {
            const to = 2 * column + right;
            if (to >= 0 && to < outWidth) sums[y * outWidth + to] += factor * x[(c * height + row) * width + column];
          }
        }
      }
    }
    sums.forEach((sum, i) => (out[o * sums.length + i] = Math.max(0, sum)));
  }
  return out;
}
