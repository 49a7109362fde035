import { ManyposeError } from '../errors.ts';

/** x' = a x + b y + c, y' = d x + e y + f on pixel or cell indices: [[a, b, c], [d, e, f]]. */
export type Affine = readonly [readonly [number, number, number], readonly [number, number, number]];

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function applyAffine([[a, b, c], [d, e, f]]: Affine, { x, y }: Point): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f };
}

/** What an area grows by under a matrix. */
export function areaFactor([[a, b], [d, e]]: Affine): number {
  return Math.abs(a * e - b * d);
}

/** @throws ManyposeError `invalid-argument` for a matrix that flattens the plane or is not finite. */
export function invertAffine([[a, b, c], [d, e, f]]: Affine): Affine {
  const determinant = a * e - b * d;
  if (!Number.isFinite(determinant + c + f) || determinant === 0) {
    throw new ManyposeError('invalid-argument', `no matrix that can be inverted: [[${[a, b, c]}], [${[d, e, f]}]]`);
  }
  const [p, q, r, s] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [
    [p, q, -(p * c + q * f)],
    [r, s, -(r * c + s * f)],
  ];
}

/** The matrix to a map of that stride, from the one to the input: cell m lies at input pixel stride · m. */
export function atStride([first, second]: Affine, stride: number): Affine {
  const shrunk = ([x, y, shift]: Affine[0]): Affine[0] => [x / stride, y / stride, shift / stride];
  return [shrunk(first), shrunk(second)];
}
