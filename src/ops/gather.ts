import type { HeatField, HeatStack } from './heat-upsample.ts';
import type { Planes } from './planes.ts';

/** A window holds what is needed to interpolate this many pixels to every side of its middle. */
const WINDOW_REACH = 6;

/** Cells along a window's side where a map cell spans `ratio` pixels. */
export function windowSide(ratio: number): number {
  return Math.ceil((2 * WINDOW_REACH) / ratio) + 2;
}

/**
 * The keypoints regressed at cells of the maps: (cell - offset) in cells, or (cell + offset), then in pixels
 * (reference section 3.2).
 *
 * @param offsetMap [2K, height, width].
 * @param cells row · width + column of each.
 * @param sign 1 if offsets are subtracted, -1 if they are added.
 * @returns [cells, K, 2] of (x, y).
 */
export function regressKeypoints(
  { channels, width, height, values }: Planes,
  cells: ArrayLike<number>,
  pixelsPerCell: number,
  sign: 1 | -1 = 1,
): Float32Array {
  const regressed = new Float32Array(cells.length * channels);
  for (let n = 0; n < cells.length; n++) {
    const place = [cells[n] % width, Math.floor(cells[n] / width)];
    for (let axis = 0; axis < channels; axis++) {
      regressed[n * channels + axis] = (place[axis & 1] - sign * values[axis * width * height + cells[n]]) * pixelsPerCell;
    }
  }
  return regressed;
}

/** Middle of the window of a regressed coordinate: clamped into the input, then rounded, in float32 as a GPU does. */
export function regressedPixel(value: number, inputSize: number): number {
  return Math.floor(Math.fround(Math.min(Math.max(value, 0), inputSize - 1) + 0.5));
}

/**
 * The heatmap cells [side, side] around input pixel (x, y), enough to interpolate 6 pixels to every
 * side; beyond the map's edge the last ones repeat.
 *
 * @param out where they go.
 */
export function copyWindow(stack: HeatStack, channel: number, x: number, y: number, out: Float32Array): void {
  const { maps, width, height, ratio } = stack;
  const side = windowSide(ratio);
  const [left, top] = [firstCell(x, ratio), firstCell(y, ratio)];
  for (let i = 0; i < side; i++) {
    const row = (channel * height + Math.min(Math.max(top + i, 0), height - 1)) * width;
    for (let j = 0; j < side; j++) out[i * side + j] = maps[row + Math.min(Math.max(left + j, 0), width - 1)];
  }
}

function firstCell(pixel: number, ratio: number): number {
  return Math.floor((pixel - WINDOW_REACH) / ratio);
}

/** Heat within 6 pixels of input pixel (x, y), from the window there; equals `heatAt` of the map bit by bit. */
export function windowField(window: Float32Array, ratio: number, x: number, y: number): HeatField {
  const side = windowSide(ratio);
  const firstColumn = firstCell(x, ratio);
  const firstRow = firstCell(y, ratio);
  return (px, py) => {
    const left = Math.min(Math.max(Math.floor(px / ratio) - firstColumn, 0), side - 2);
    const top = Math.min(Math.max(Math.floor(py / ratio) - firstRow, 0), side - 2);
    const u = (px % ratio) / ratio;
    const v = (py % ratio) / ratio;
    const at = top * side + left;
    const above = window[at] * (1 - u) + window[at + 1] * u;
    const below = window[at + side] * (1 - u) + window[at + side + 1] * u;
    return Math.fround(above * (1 - v) + below * v);
  };
}
