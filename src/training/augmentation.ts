import { ManyposeError } from '../errors.ts';
import type { Affine } from './affine.ts';

/** How one training crop is taken out of a picture. */
export interface Augmentation {
  /** Side of the crop in units of the picture's shorter side: the larger, the smaller people come out. */
  readonly scale: number;
  /** Radians; positive turns the picture counter-clockwise as seen. */
  readonly rotation: number;
  /** Whole picture pixels that the crop's middle lies off the picture's. */
  readonly dx: number;
  readonly dy: number;
  /** Whether the crop is mirrored left to right afterwards. */
  readonly flip: boolean;
}

const SMALLEST_SCALE = 0.75;
const SCALE_RANGE = 0.75;
const LARGEST_ROTATION = Math.PI / 6;
/** The crop moves by less than this part of its side. */
const LARGEST_MOVE = 0.2;

/**
 * Draws a crop as the released code does (reference section 4), in this order: scale 0.75 to 1.5, rotation
 * ±30°, dx and dy in -b..b-1 with b = trunc(0.2 · side), flip with probability ½.
 *
 * @param width of the picture in pixels; likewise height.
 * @param random numbers in [0, 1), as `Math.random` gives them.
 * @throws ManyposeError `invalid-argument` for a picture without pixels.
 */
export function drawAugmentation(width: number, height: number, random: () => number = Math.random): Augmentation {
  checkSize(width, height);
  const scale = SMALLEST_SCALE + SCALE_RANGE * random();
  const rotation = (2 * random() - 1) * LARGEST_ROTATION;
  const bound = Math.trunc(LARGEST_MOVE * scale * Math.min(width, height));
  const move = (): number => Math.floor(2 * bound * random()) - bound;
  const dx = move();
  const dy = move();
  return { scale, rotation, dx, dy, flip: random() < 0.5 };
}

/** The whole picture, upright: its shorter side fills the crop. */
export const NO_AUGMENTATION: Augmentation = { scale: 1, rotation: 0, dx: 0, dy: 0, flip: false };

/**
 * Picture pixels to those of a crop of `size` × `size` pixels, before the flip: turned about the crop's
 * middle, which goes to (size / 2, size / 2).
 *
 * @throws ManyposeError `invalid-argument` for sizes that are none.
 */
export function cropMatrix(augmentation: Augmentation, width: number, height: number, size: number): Affine {
  checkSize(width, height);
  checkSize(size, size);
  const { scale, rotation, dx, dy } = augmentation;
  const factor = size / (scale * Math.min(width, height));
  const [cos, sin] = [factor * Math.cos(rotation), factor * Math.sin(rotation)];
  const [x, y] = [width / 2 + dx, height / 2 + dy];
  return [
    [cos, sin, size / 2 - cos * x - sin * y],
    [-sin, cos, size / 2 + sin * x - cos * y],
  ];
}

function checkSize(width: number, height: number): void {
  if (width > 0 && height > 0 && Number.isFinite(width) && Number.isFinite(height)) return;
  throw new ManyposeError('invalid-argument', `expected a size above 0, got ${width}×${height}`);
}
