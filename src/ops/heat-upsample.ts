import type { Planes } from './planes.ts';
import { upsamplingRatio } from './planes.ts';

/**
 * The value of one keypoint type's heatmap at an input pixel (whole numbers), where the heatmap is
 * upsampled to the input's size. Defined on the input's pixels within 6 px of the place it was asked for.
 */
export type HeatField = (x: number, y: number) => number;

/** A stack of maps [channels, height, width] that is read at `ratio` times its size. */
export interface HeatStack {
  readonly maps: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/**
 * Heatmaps as they are read at the input's size.
 *
 * @throws ManyposeError `invalid-argument` unless the input's size is a whole multiple of theirs.
 */
export function heatStackOf({ values, width, height }: Planes, inputWidth: number, inputHeight: number): HeatStack {
  return { maps: values, width, height, ratio: upsamplingRatio(width, height, inputWidth, inputHeight) };
}

/**
 * The mean of stacks that are read at one size (reference section 3.3), on the finest cells that all
 * of them have in common: between those each is bilinear, and so is their mean.
 */
export function meanStack(stacks: readonly HeatStack[]): HeatStack {
  if (stacks.length === 1) return stacks[0];
  const ratio = stacks.map((stack) => stack.ratio).reduce(greatestCommonDivisor);
  const [{ maps, width, height, ratio: first }] = stacks;
  const channels = maps.length / (width * height);
  const mean = { width: (width * first) / ratio, height: (height * first) / ratio, ratio };
  const values = new Float32Array(channels * mean.width * mean.height);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < mean.height; y++) {
      for (let x = 0; x < mean.width; x++) {
        let sum = 0;
        for (const stack of stacks) sum += heatAt(stack, c, x * ratio, y * ratio);
        values[at++] = sum / stacks.length;
      }
    }
  }
  return { ...mean, maps: values };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * Value at input pixel (x, y), whole numbers, of channel `channel` upsampled to the input's size:
 * bilinear, map index m on input pixel ratio · m, so the last ratio - 1 rows and columns repeat the
 * last cell's. Rounded to float32 like the written-out map of `upsample`, which it equals bit by bit.
 */
export function heatAt(stack: HeatStack, channel: number, x: number, y: number): number {
  const { maps, width, height, ratio } = stack;
  const base = channel * width * height;
  const left = Math.min(Math.floor(x / ratio), width - 1);
  const top = Math.min(Math.floor(y / ratio), height - 1);
  const right = Math.min(left + 1, width - 1);
  const bottom = Math.min(top + 1, height - 1);
  const u = (x - ratio * left) / ratio;
  const v = (y - ratio * top) / ratio;
  const upper = base + top * width;
  const lower = base + bottom * width;
  const above = maps[upper + left] * (1 - u) + maps[upper + right] * u;
  const below = maps[lower + left] * (1 - u) + maps[lower + right] * u;
  return Math.fround(above * (1 - v) + below * v);
}

/** Writes the upsampled channel, [ratio · height, ratio · width], into `out` (see `heatAt`). */
export function upsample(stack: HeatStack, channel: number, out: Float32Array): void {
  const { maps, width, height, ratio } = stack;
  const base = channel * width * height;
  const outWidth = width * ratio;
  for (let y = 0; y < height * ratio; y++) {
    const top = Math.floor(y / ratio);
    const upper = base + top * width;
    const lower = base + Math.min(top + 1, height - 1) * width;
    const v = (y - ratio * top) / ratio;
    let to = y * outWidth;
    for (let left = 0; left < width; left++) {
      const right = Math.min(left + 1, width - 1);
      const upperLeft = maps[upper + left];
      const upperRight = maps[upper + right];
      const lowerLeft = maps[lower + left];
      const lowerRight = maps[lower + right];
      for (let step = 0; step < ratio; step++) {
        const u = step / ratio;
        const above = upperLeft * (1 - u) + upperRight * u;
        const below = lowerLeft * (1 - u) + lowerRight * u;
        out[to++] = above * (1 - v) + below * v;
      }
    }
  }
}
