import type { Detection } from './annotations.ts';

/** Square pixels, both ends included. */
export interface AreaRange {
  readonly min: number;
  readonly max: number;
}

/** COCO's ranges of a person's area; keypoints have no small ones. `notSmall` is what the error analysis of Ronchi & Perona calls "all". */
export const AREA_RANGES = {
  all: { min: 0, max: 1e5 ** 2 },
  notSmall: { min: 32 ** 2, max: 1e5 ** 2 },
  medium: { min: 32 ** 2, max: 96 ** 2 },
  large: { min: 96 ** 2, max: 1e5 ** 2 },
} as const satisfies Record<string, AreaRange>;

export function isWithin(area: number, { min, max }: AreaRange): boolean {
  return area >= min && area <= max;
}

/** A detection's own area: that of the box it came with, else its keypoints' extent, as COCO takes it. */
export function areaOf({ keypoints, area }: Detection): number {
  return area ?? extentOf(keypoints);
}

/** Area of the rectangle round keypoints (x, y, anything), in square pixels. */
export function extentOf(keypoints: readonly number[]): number {
  const xs = keypoints.filter((_, i) => i % 3 === 0);
  const ys = keypoints.filter((_, i) => i % 3 === 1);
  return (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
}
