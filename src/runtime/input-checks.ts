import { ManyposeError } from '../errors.ts';
import { COARSEST_STRIDE, isSide } from '../geometry.ts';

/** @throws ManyposeError `invalid-argument` for an input that the network's coarsest branch does not fit. */
export function checkSides(width: number, height: number): void {
  for (const side of [width, height]) {
    if (isSide(side)) continue;
    throw new ManyposeError(
      'invalid-argument',
      `the input's sides must be multiples of ${COARSEST_STRIDE}, got ${width}×${height}`,
    );
  }
}

/** @throws ManyposeError `invalid-argument` for sides that do not fit, or values that are not [3, height, width]. */
export function checkInput(values: Float32Array, width: number, height: number): void {
  checkSides(width, height);
  if (values.length === 3 * width * height) return;
  throw new ManyposeError(
    'invalid-argument',
    `expected ${3 * width * height} values for a ${width}×${height} input, got ${values.length}`,
  );
}
