import type { HeatField } from './heat-upsample.ts';

/** A window holds what is needed to interpolate this many pixels to every side of its middle. */
const WINDOW_REACH = 6;

/** Cells along a window's side where a map cell spans `ratio` pixels. */
export function windowSide(ratio: number): number {
  return Math.ceil((2 * WINDOW_REACH) / ratio) + 2;
}

/** Middle of the window of a regressed coordinate: clamped into the input, then rounded, in float32 as a GPU does. */
export function regressedPixel(value: number, inputSize: number): number {
  return Math.floor(Math.fround(Math.min(Math.max(value, 0), inputSize - 1) + 0.5));
}

/** The first cell of a window along one side. */
export function firstCell(pixel: number, ratio: number): number {
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

/** One of the windows as a field, by its index among [.., K] and the pixel it lies around. */
export function heatFieldOf(windows: Float32Array, ratio: number, index: number, x: number, y: number): HeatField {
  const cells = windowSide(ratio) ** 2;
  return windowField(windows.subarray(index * cells, (index + 1) * cells), ratio, x, y);
}
