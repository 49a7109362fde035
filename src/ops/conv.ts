import { ManyposeError } from '../errors.ts';

/** Sizes of one convolution. */
export interface ConvShape {
  readonly inChannels: number;
  readonly outChannels: number;
  /** Of the input, in cells. */
  readonly width: number;
  readonly height: number;
  /** Side of the square window; padding is (side - 1) / 2. */
  readonly side: 1 | 3;
  readonly stride: 1 | 2;
}

/** What a convolution reads, all in C order. */
export interface ConvInputs {
  /** [inChannels, height, width]. */
  readonly x: Float32Array;
  /** [outChannels, inChannels, side, side]. */
  readonly weight: Float32Array;
  /** [outChannels]. */
  readonly bias: Float32Array;
  /** Of the output's shape, added before the ReLU. */
  readonly shortcut?: Float32Array;
  readonly relu?: boolean;
}

/** Side of the output: with padding (side - 1) / 2 the window does not matter. */
export function convSide(side: number, stride: number): number {
  return Math.ceil(side / stride);
}

/**
 * Reference of the convolution: output cell (x, y) reads the window around input cell
 * (stride · x, stride · y), 0 outside the map; then bias, shortcut and ReLU.
 *
 * @returns [outChannels, convSide(height), convSide(width)].
 * @throws ManyposeError `invalid-argument` for arrays that do not have the shape's sizes.
 */
export function conv(shape: ConvShape, inputs: ConvInputs): Float32Array {
  const { inChannels, outChannels, width, height, side, stride } = shape;
  const { x: input, weight, bias, shortcut, relu = false } = inputs;
  checkConv(shape, inputs);
  const outWidth = convSide(width, stride);
  const outHeight = convSide(height, stride);
  const padding = (side - 1) / 2;
  const out = new Float32Array(outChannels * outWidth * outHeight);
  // Of one output channel. Each cell's terms are added in the order of the weights, but all cells' one after another: engines
  // are several times as fast in a loop along a row as in one around a window.
  const sums = new Float64Array(outWidth * outHeight);
  for (let o = 0; o < outChannels; o++) {
    sums.fill(bias[o]);
    for (let c = 0; c < inChannels; c++) {
      for (let tap = 0; tap < side * side; tap++) {
        const [dy, dx] = [Math.floor(tap / side) - padding, (tap % side) - padding];
        const [firstRow, rows] = insideOf(height, outHeight, stride, dy);
        const [first, columns] = insideOf(width, outWidth, stride, dx);
        const factor = weight[(o * inChannels + c) * side * side + tap];
        for (let y = firstRow; y < rows; y++) {
          const from = (c * height + y * stride + dy) * width + dx;
          const to = y * outWidth;
          for (let x = first; x < columns; x++) sums[to + x] += factor * input[from + x * stride];
        }
      }
    }
    for (let q = 0, at = o * sums.length; q < sums.length; q++, at++) {
      const sum = shortcut ? sums[q] + shortcut[at] : sums[q];
      out[at] = relu ? Math.max(0, sum) : sum;
    }
  }
  return out;
}

/** The output's rows, or columns, whose neighbour `offset` away lies inside the map: the first, and behind the last. */
function insideOf(length: number, outLength: number, stride: number, offset: number): [first: number, end: number] {
  return [Math.max(0, Math.ceil(-offset / stride)), Math.min(outLength, Math.floor((length - 1 - offset) / stride) + 1)];
}

function checkConv({ inChannels, outChannels, width, height, side, stride }: ConvShape, inputs: ConvInputs): void {
  const expected: [string, Float32Array | undefined, number][] = [
    ['x', inputs.x, inChannels * width * height],
    ['weight', inputs.weight, outChannels * inChannels * side ** 2],
    ['bias', inputs.bias, outChannels],
    ['shortcut', inputs.shortcut, outChannels * convSide(width, stride) * convSide(height, stride)],
  ];
  for (const [name, array, length] of expected) {
    if (array && array.length !== length) {
      throw new ManyposeError('invalid-argument', `${name}: expected ${length} values, got ${array.length}`);
    }
  }
}
