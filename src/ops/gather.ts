import type { NetworkMaps } from './network-maps.ts';
import type { HeatField, HeatStack } from './heat-upsample.ts';

/** Cells along a window's side: enough to interpolate 6 pixels to every side of any pixel. */
const WINDOW_SIDE = 5;
export const WINDOW_CELLS = WINDOW_SIDE ** 2;
/** A window's first cell is the one of the pixel this far before its middle. */
const WINDOW_REACH = 6;
/** Pixels of the input per map cell, where windows are used. */
const RATIO = 4;

/**
 * The keypoints regressed at cells of the maps: (cell - offset) in cells, then in pixels
 * (reference section 3.2).
 *
 * @param cells row · width + column of each.
 * @returns [cells, K, 2] of (x, y).
 */
export function regressKeypoints(
  { keypoints, width, height, offsetMap }: Pick<NetworkMaps, 'keypoints' | 'width' | 'height' | 'offsetMap'>,
  cells: ArrayLike<number>, pixelsPerCell: number,
): Float32Array {
  const regressed = new Float32Array(cells.length * keypoints * 2);
  for (let n = 0; n < cells.length; n++) {
    const x = cells[n] % width;
    const y = Math.floor(cells[n] / width);
    for (let k = 0; k < keypoints; k++) {
      const to = (n * keypoints + k) * 2;
      regressed[to] = (x - offsetMap[2 * k * width * height + cells[n]]) * pixelsPerCell;
      regressed[to + 1] = (y - offsetMap[(2 * k + 1) * width * height + cells[n]]) * pixelsPerCell;
    }
  }
  return regressed;
}

/** Middle of the window of a regressed coordinate: clamped into the input, then rounded, in float32 as a GPU does. */
export function regressedPixel(value: number, inputSize: number): number {
  return Math.floor(Math.fround(Math.min(Math.max(value, 0), inputSize - 1) + 0.5));
}

/**
 * The heatmap cells [5, 5] around input pixel (x, y), enough to interpolate 6 pixels to every side;
 * beyond the map's edge the last ones repeat.
 *
 * @param stack heatmaps, read at 4 times their size.
 */
export function heatWindow(stack: HeatStack, channel: number, x: number, y: number): Float32Array {
  const { maps, width, height } = stack;
  const inside = (index: number, size: number): number => Math.min(Math.max(index, 0), size - 1);
  return Float32Array.from({ length: WINDOW_CELLS }, (_, i) => {
    const column = inside(firstCell(x) + (i % WINDOW_SIDE), width);
    const row = inside(firstCell(y) + Math.floor(i / WINDOW_SIDE), height);
    return maps[(channel * height + row) * width + column];
  });
}

function firstCell(pixel: number): number {
  return Math.floor((pixel - WINDOW_REACH) / RATIO);
}

/** Heat within 6 pixels of input pixel (x, y), from the window there; equals `heatAt` of the map bit by bit. */
export function windowField(window: Float32Array, x: number, y: number): HeatField {
  const firstColumn = firstCell(x);
  const firstRow = firstCell(y);
  return (px, py) => {
    const left = Math.min(Math.max(Math.floor(px / RATIO) - firstColumn, 0), WINDOW_SIDE - 2);
    const top = Math.min(Math.max(Math.floor(py / RATIO) - firstRow, 0), WINDOW_SIDE - 2);
    const u = (px % RATIO) / RATIO;
    const v = (py % RATIO) / RATIO;
    const at = top * WINDOW_SIDE + left;
    const above = window[at] * (1 - u) + window[at + 1] * u;
    const below = window[at + WINDOW_SIDE] * (1 - u) + window[at + WINDOW_SIDE + 1] * u;
    return Math.fround(above * (1 - v) + below * v);
  };
}
