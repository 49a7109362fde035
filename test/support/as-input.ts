import type { InputGeometry } from '../../src/geometry.ts';

/** A frame that is its own input: poses come out in input pixels. */
export function asInput([width, height]: readonly [number, number]): InputGeometry {
  return { width, height, frameWidth: width, frameHeight: height, scale: 1, shiftX: 0, shiftY: 0 };
}
