import type { Planes, ScaledPlanes } from './planes.ts';
import { scaledToWidest } from './planes.ts';

/**
 * Reference of the concatenation: the channels of all maps one after another, coarser maps upsampled
 * bilinearly to the widest one's size. Half-pixel centres: output cell x lies at (x + 0.5) / factor
 * - 0.5 of the input, clamped into it (PyTorch's align_corners = false).
 *
 * @throws ManyposeError `invalid-argument` for maps that do not fit.
 */
export function concat(inputs: readonly Planes[]): Planes {
  const { width, height, scaled } = scaledToWidest(inputs);
  const channels = inputs.reduce((sum, input) => sum + input.channels, 0);
  const values = new Float32Array(channels * width * height);
  let first = 0;
  for (const input of scaled) {
    upsampleInto(input, values.subarray(first * width * height), width, height);
    first += input.planes.channels;
  }
  return { channels, width, height, values };
}

function upsampleInto({ planes, factor }: ScaledPlanes, out: Float32Array, width: number, height: number): void {
  const along = (index: number, size: number): [near: number, next: number, part: number] => {
    const place = Math.max((index + 0.5) / factor - 0.5, 0);
    const near = Math.floor(place);
    return [near, Math.min(near + 1, size - 1), place - near];
  };
  for (let c = 0; c < planes.channels; c++) {
    const at = (row: number, column: number): number => planes.values[(c * planes.height + row) * planes.width + column];
    for (let y = 0; y < height; y++) {
      const [top, bottom, v] = along(y, planes.height);
      for (let x = 0; x < width; x++) {
        const [left, right, u] = along(x, planes.width);
        const above = at(top, left) * (1 - u) + at(top, right) * u;
        const below = at(bottom, left) * (1 - u) + at(bottom, right) * u;
        out[(c * height + y) * width + x] = above * (1 - v) + below * v;
      }
    }
  }
}
