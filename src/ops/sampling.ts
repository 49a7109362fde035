import type { Planes } from './planes.ts';

/** Taps of a 3×3 window. */
export const TAPS = 9;

/** What moves the taps of an adaptive convolution, of one group of channels. */
export interface TapMoves {
  /** [4, height, width]: T as [[yy, yx], [xy, xx]], applied to (gy, gx). */
  readonly transform: Float32Array;
  /** [2, height, width]: (y, x), added to every tap's place. */
  readonly translation?: Float32Array;
  readonly dilation: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where the taps of an adaptive convolution lie at one cell (paper section 3, reference section 1): tap g = (gy, gx)
 * at q + T(q)·g + (dilation - 1)·g + t(q). The reference convolution samples there, and drawings show it.
 *
 * @param cell row · width + column.
 * @param places takes (y, x) of each of the nine, in kernel order, in cells.
 */
export function placeTaps(
  { transform, translation, dilation, width, height }: TapMoves,
  cell: number,
  places: { [index: number]: number },
): void {
  const cells = width * height;
  const y = Math.floor(cell / width) + (translation ? translation[cell] : 0);
  const x = (cell % width) + (translation ? translation[cells + cell] : 0);
  const [yy, yx, xy, xx] = [transform[cell], transform[cells + cell], transform[2 * cells + cell], transform[3 * cells + cell]];
  for (let tap = 0; tap < TAPS; tap++) {
    const gy = Math.floor(tap / 3) - 1;
    const gx = (tap % 3) - 1;
    // T·g on its own: where large terms cancel in it, the cell must not be lost to them.
    places[2 * tap] = y + (yy * gy + yx * gx) + (dilation - 1) * gy;
    places[2 * tap + 1] = x + (xy * gy + xx * gx) + (dilation - 1) * gx;
  }
}

/** How one adaptive convolution of a network that ran moved its taps, at every cell. */
export interface AdaptiveSampling {
  /** Of the layer: its module path in a PyTorch checkpoint. */
  readonly name: string;
  /** 1 or more: (dilation - 1)·g is added to every tap's place. */
  readonly dilation: number;
  /** Input pixels per cell. */
  readonly stride: number;
  /** Groups of channels, each with moves of its own: 1, or one for each keypoint. */
  readonly groups: number;
  /** [groups · 4, height, width]. */
  readonly transform: Planes;
  /** [groups · 2, height, width], of networks that move taps together, too. */
  readonly translation?: Planes;
}

/** A place between cells of a map: 0 is the first row or column. */
export interface MapPlace {
  readonly row: number;
  readonly column: number;
}

/**
 * The nine places that an adaptive convolution read at one cell, in kernel order (row by row).
 *
 * @param group of channels.
 */
export function sampledPlaces(sampling: AdaptiveSampling, row: number, column: number, group = 0): MapPlace[] {
  const places = new Float64Array(2 * TAPS);
  placeTaps(movesOf(sampling, group), row * sampling.transform.width + column, places);
  return Array.from({ length: TAPS }, (_, tap) => ({ row: places[2 * tap], column: places[2 * tap + 1] }));
}

function movesOf({ transform, translation, dilation }: AdaptiveSampling, group: number): TapMoves {
  const { width, height } = transform;
  const part = (values: Float32Array, channels: number): Float32Array =>
    values.subarray(group * channels * width * height, (group + 1) * channels * width * height);
  return {
    transform: part(transform.values, 4),
    translation: translation && part(translation.values, 2),
    dilation,
    width,
    height,
  };
}

/** What a cell's taps look like beside an ordinary 3×3 kernel's, which are one cell apart and upright. */
export interface TapShape {
  /** Cells from tap to tap: the square root of how much larger the taps' area is. */
  readonly scale: number;
  /** The same along the axis of the most and of the least stretch. */
  readonly stretch: readonly [most: number, least: number];
  /** Degrees that the axis of the most stretch leans by from upright, clockwise as the image is seen, above -90 and up to 90. */
  readonly lean: number;
  /** Degrees that the taps are turned by, clockwise as the image is seen, from -180 to 180. */
  readonly angle: number;
  /** Whether they are mirrored (left to right, before they are turned). */
  readonly mirrored: boolean;
}

/** The shape of nine taps: their moves are an affine transform, which the taps right of the middle and below it tell. */
export function tapShape(taps: readonly MapPlace[]): TapShape {
  const [middle, right, below] = [taps[4], taps[5], taps[7]];
  const [a, c] = [right.column - middle.column, right.row - middle.row];
  const [b, d] = [below.column - middle.column, below.row - middle.row];
  const determinant = a * d - b * c;
  const mirrored = determinant < 0;
  // The turning part of [[a, b], [c, d]], and what is left of it.
  const [turn, rest] = [Math.hypot(a + d, c - b), Math.hypot(a - d, c + b)];
  const angle = mirrored ? Math.atan2(-(b + c), d - a) : Math.atan2(c - b, a + d);
  return {
    scale: Math.sqrt(Math.abs(determinant)),
    stretch: [(turn + rest) / 2, Math.abs(turn - rest) / 2],
    lean: leanOf(Math.atan2(2 * (a * c + b * d), a * a + b * b - c * c - d * d) / 2),
    // Not -0.
    angle: degrees(angle) + 0,
    mirrored,
  };
}

const degrees = (radians: number): number => (radians * 180) / Math.PI;

/** @param axis from the one to the right, clockwise: half a turn more is the same. */
function leanOf(axis: number): number {
  const lean = degrees(axis) + 90;
  return lean > 90 ? lean - 180 : lean;
}
