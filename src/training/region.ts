import { ManyposeError } from '../errors.ts';
import type { Affine } from './affine.ts';
import { invertAffine } from './affine.ts';

/** Where loss counts in a picture: 0 in crowds and in people without keypoints, else 1. */
export interface LossMask {
  /** [height, width], 0 or 1. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Everywhere. (CrowdPose masks nothing.) */
export function wholePicture(width: number, height: number): LossMask {
  return { data: new Uint8Array(width * height).fill(1), width, height };
}

/**
 * Where loss counts on a map: the picture's mask resampled bilinearly, 0 outside, cut at > 0.5.
 *
 * @param matrix picture to map, before the flip.
 * @param flip mirrors the map: x ↦ mapSize - 1 - x.
 * @returns [mapSize, mapSize], 0 or 1.
 * @throws ManyposeError `invalid-argument` for a mask of the wrong length.
 */
export function regionOnMap({ data, width, height }: LossMask, matrix: Affine, mapSize: number, flip = false): Uint8Array {
  if (data.length !== width * height) {
    throw new ManyposeError('invalid-argument', `expected a mask of ${width * height} pixels, got ${data.length}`);
  }
  const [[a, b, c], [d, e, f]] = invertAffine(matrix);
  const region = new Uint8Array(mapSize * mapSize);
  for (let y = 0; y < mapSize; y++) {
    for (let x = 0; x < mapSize; x++) {
      const [px, py] = [a * x + b * y + c, d * x + e * y + f];
      const [left, top] = [Math.floor(px), Math.floor(py)];
      let share = 0;
      for (let row = Math.max(top, 0); row <= Math.min(top + 1, height - 1); row++) {
        for (let column = Math.max(left, 0); column <= Math.min(left + 1, width - 1); column++) {
          share += (1 - Math.abs(px - column)) * (1 - Math.abs(py - row)) * data[row * width + column];
        }
      }
      region[y * mapSize + (flip ? mapSize - 1 - x : x)] = share > 0.5 ? 1 : 0;
    }
  }
  return region;
}
