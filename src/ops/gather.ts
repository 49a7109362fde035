import type { HeatStack } from './heat-upsample.ts';
import { firstCell, windowSide } from './heat-window.ts';
import type { Planes } from './planes.ts';

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
