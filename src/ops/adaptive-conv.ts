import { ManyposeError } from '../errors.ts';
import type { TapMoves } from './sampling.ts';
import { placeTaps, TAPS } from './sampling.ts';

/** Sizes of one adaptive 3×3 convolution. */
export interface AdaptiveConvShape {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly width: number;
  readonly height: number;
  /** 1 or more: (dilation - 1)·g is added to every tap's place. */
  readonly dilation: number;
  /** Groups of channels, each with transforms and weights of its own; 1 if left out. */
  readonly groups?: number;
}

/** What an adaptive convolution reads, all in C order. */
export interface AdaptiveConvInputs {
  /** [inChannels, height, width]. */
  readonly x: Float32Array;
  /** [groups · 4, height, width]: T as [[yy, yx], [xy, xx]], applied to (gy, gx). */
  readonly transform: Float32Array;
  /** [groups · 2, height, width]: (y, x), added to every tap's place. */
  readonly translation?: Float32Array;
  /** [outChannels, inChannels / groups, 3, 3]. */
  readonly weight: Float32Array;
  /** [outChannels]. */
  readonly bias: Float32Array;
  /** [outChannels, height, width], added before the ReLU. */
  readonly shortcut?: Float32Array;
  readonly relu?: boolean;
}

/**
 * Reference of the adaptive convolution (paper section 3, reference section 1): at position q, tap
 * g = (gy, gx) reads x at q + T(q)·g + (dilation - 1)·g + t(q), bilinearly, each of the four neighbours 0
 * when it lies outside the map; then bias, shortcut and ReLU.
 *
 * @returns [outChannels, height, width].
 * @throws ManyposeError `invalid-argument` for arrays that do not have the shape's sizes.
 */
export function adaptiveConv(shape: AdaptiveConvShape, inputs: AdaptiveConvInputs): Float32Array {
  const { inChannels, outChannels, width, height, dilation, groups = 1 } = shape;
  const { x, transform, translation, weight, bias, shortcut, relu = false } = inputs;
  checkAdaptiveConv(shape, inputs);
  const cells = width * height;
  const out = new Float32Array(outChannels * cells);
  const [ins, outs] = [inChannels / groups, outChannels / groups];
  // All channels of all taps at one position, in the weights' order [ins, 9].
  const column = new Float32Array(ins * TAPS);
  const places = new Float64Array(2 * TAPS);
  for (let group = 0; group < groups; group++) {
    const channels = x.subarray(group * ins * cells, (group + 1) * ins * cells);
    const moves: TapMoves = {
      transform: transform.subarray(4 * group * cells, 4 * (group + 1) * cells),
      translation: translation?.subarray(2 * group * cells, 2 * (group + 1) * cells),
      dilation,
      width,
      height,
    };
    for (let q = 0; q < cells; q++) {
      placeTaps(moves, q, places);
      for (let tap = 0; tap < TAPS; tap++) {
        sampleChannels(channels, ins, width, height, places[2 * tap], places[2 * tap + 1], column, tap);
      }
      for (let o = group * outs; o < (group + 1) * outs; o++) {
        let sum = bias[o];
        const row = o * column.length;
        for (let i = 0; i < column.length; i++) sum += weight[row + i] * column[i];
        if (shortcut) sum += shortcut[o * cells + q];
        out[o * cells + q] = relu ? Math.max(0, sum) : sum;
      }
    }
  }
  return out;
}

/** Every channel of x [channels, height, width] at (py, px), to column[channel · 9 + tap]. */
function sampleChannels(
  x: Float32Array,
  channels: number,
  width: number,
  height: number,
  py: number,
  px: number,
  column: Float32Array,
  tap: number,
): void {
  const top = Math.floor(py);
  const left = Math.floor(px);
  const v = py - top;
  const u = px - left;
  // A neighbour outside counts 0: its weight is dropped and its index moved inside.
  const inTop = top >= 0 && top < height;
  const inBottom = top + 1 >= 0 && top + 1 < height;
  const inLeft = left >= 0 && left < width;
  const inRight = left + 1 >= 0 && left + 1 < width;
  const w00 = inTop && inLeft ? (1 - v) * (1 - u) : 0;
  const w01 = inTop && inRight ? (1 - v) * u : 0;
  const w10 = inBottom && inLeft ? v * (1 - u) : 0;
  const w11 = inBottom && inRight ? v * u : 0;
  const row0 = (inTop ? top : 0) * width;
  const row1 = (inBottom ? top + 1 : 0) * width;
  const column0 = inLeft ? left : 0;
  const column1 = inRight ? left + 1 : 0;
  for (let c = 0; c < channels; c++) {
    const base = c * width * height;
    column[c * TAPS + tap] =
      w00 * x[base + row0 + column0] +
      w01 * x[base + row0 + column1] +
      w10 * x[base + row1 + column0] +
      w11 * x[base + row1 + column1];
  }
}

function checkAdaptiveConv(shape: AdaptiveConvShape, inputs: AdaptiveConvInputs): void {
  const { inChannels, outChannels, width, height, dilation, groups = 1 } = shape;
  if (!(Number.isInteger(inChannels / groups) && Number.isInteger(outChannels / groups))) {
    throw new ManyposeError('invalid-argument', `${inChannels} and ${outChannels} channels are not ${groups} groups`);
  }
  if (!Number.isInteger(dilation) || dilation < 1) {
    throw new ManyposeError('invalid-argument', `dilation must be a positive integer, got ${dilation}`);
  }
  const cells = width * height;
  const expected: [string, Float32Array | undefined, number][] = [
    ['x', inputs.x, inChannels * cells],
    ['transform', inputs.transform, 4 * groups * cells],
    ['translation', inputs.translation, 2 * groups * cells],
    ['weight', inputs.weight, (outChannels * inChannels * TAPS) / groups],
    ['bias', inputs.bias, outChannels],
    ['shortcut', inputs.shortcut, outChannels * cells],
  ];
  for (const [name, array, length] of expected) {
    if (array && array.length !== length) {
      throw new ManyposeError('invalid-argument', `${name}: expected ${length} values, got ${array.length}`);
    }
  }
}
