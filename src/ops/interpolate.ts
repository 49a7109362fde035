import type { ScaledPlanes } from './planes.ts';

/**
 * Upsamples a map bilinearly: output cell x lies at (x + 0.5) / factor - 0.5 of it, clamped into it (half-pixel centres).
 *
 * @param out [channels, height, width] of `factor` times its size.
 */
export function interpolateInto({ planes, factor }: ScaledPlanes, out: Float32Array, width: number, height: number): void {
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
