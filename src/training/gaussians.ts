import type { Point } from './affine.ts';

/** Size of a map in cells. */
export interface MapSize {
  readonly width: number;
  readonly height: number;
}

export function isOnMap({ x, y }: Point, { width, height }: MapSize): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}

/** Calls back with the index, column and row of every cell of a window, ends included, cut at the map. */
export function eachCell(
  { width, height }: MapSize,
  window: { x0: number; x1: number; y0: number; y1: number },
  cell: (index: number, x: number, y: number) => void,
): void {
  for (let y = Math.max(window.y0, 0); y <= Math.min(window.y1, height - 1); y++) {
    for (let x = Math.max(window.x0, 0); x <= Math.min(window.x1, width - 1); x++) cell(y * width + x, x, y);
  }
}

/** The cells floor(v - R)..ceil(v + R) around a point, R = 3σ + 1. */
export function gaussianWindow({ x, y }: Point, sigma: number) {
  const reach = 3 * sigma + 1;
  return { x0: Math.floor(x - reach), x1: Math.ceil(x + reach), y0: Math.floor(y - reach), y1: Math.ceil(y + reach) };
}

/**
 * Raises a map to exp(-d² / 2σ²) in a point's window, d from its exact place. A point outside the map
 * writes nothing at all.
 *
 * @param plane [height, width].
 * @param near gets 1 in the window.
 */
export function drawGaussian(plane: Float32Array, near: Uint8Array, size: MapSize, point: Point, sigma: number): void {
  if (!isOnMap(point, size)) return;
  eachCell(size, gaussianWindow(point, sigma), (index, x, y) => {
    const squared = (x - point.x) ** 2 + (y - point.y) ** 2;
    plane[index] = Math.max(plane[index], Math.exp(-squared / (2 * sigma * sigma)));
    near[index] = 1;
  });
}
