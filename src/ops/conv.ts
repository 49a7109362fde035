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
  for (let o = 0; o < outChannels; o++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        let sum = bias[o];
        for (let c = 0; c < inChannels; c++) {
          for (let ky = 0; ky < side; ky++) {
            const row = y * stride + ky - padding;
            if (row < 0 || row >= height) continue;
            for (let kx = 0; kx < side; kx++) {
              const column = x * stride + kx - padding;
              if (column < 0 || column >= width) continue;
              const tap = ((o * inChannels + c) * side + ky) * side + kx;
              sum += weight[tap] * input[(c * height + row) * width + column];
            }
          }
        }
        const at = (o * outHeight + y) * outWidth + x;
        if (shortcut) sum += shortcut[at];
        out[at] = relu ? Math.max(0, sum) : sum;
      }
    }
  }
  return out;
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
