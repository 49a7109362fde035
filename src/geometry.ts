import { positive } from './check-options.ts';
import { ManyposeError } from './errors.ts';

/**
 * How a frame lies in the network's input: xInput = scale · xFrame + shiftX, likewise y. Pixel
 * indices on both sides (0 is the centre of the first pixel).
 */
export interface InputGeometry {
  readonly frameWidth: number;
  readonly frameHeight: number;
  /** Input size in pixels, both multiples of 64 (of 32 if the shorter side is). */
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

/** Stride of the networks' coarsest branch: of an input's sides, in pixels. */
export const COARSEST_STRIDE = 32;
/** The longer side, and a model's own shorter one. */
export const SIDE_STEP = 64;
const MIN_INPUT_SIZE = 64;
export const MAX_INPUT_SIZE = 2048;
/** Of an input, in pixels. */
export const LONGEST_SIDE = 4 * MAX_INPUT_SIZE;

/** What an input's shorter side may be. */
export const INPUT_SIZES = `a multiple of ${COARSEST_STRIDE} from ${MIN_INPUT_SIZE} to ${MAX_INPUT_SIZE}`;
export function isInputSize(value: unknown): value is number {
  return isSide(value) && value >= MIN_INPUT_SIZE && value <= MAX_INPUT_SIZE;
}

const MOST_SCALES = 8;
/** What the sizes may be at which a network runs for one frame, relative to its input's. */
export const SCALES = `up to ${MOST_SCALES} different positive numbers, one of them 1`;
export function isScales(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= MOST_SCALES &&
    new Set(value).size === value.length &&
    value.includes(1) &&
    value.every(positive.is)
  );
}

/** Whether the coarsest branch fits a side of an input. */
export function isSide(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && Number.isInteger(value / COARSEST_STRIDE);
}

/** The input of another scale: everything `scale` times as large. */
export function scaledInput(geometry: InputGeometry, scale: number): InputGeometry {
  return {
    ...geometry,
    width: geometry.width * scale,
    height: geometry.height * scale,
    scale: geometry.scale * scale,
    shiftX: geometry.shiftX * scale,
    shiftY: geometry.shiftY * scale,
  };
}

/**
 * Fits a frame into an input whose shorter side is `inputSize` pixels: uniform scale about the
 * frame's centre, the longer side rounded up to a multiple of 64 (the padding is black).
 *
 * @throws ManyposeError `invalid-argument` if inputSize is not a multiple of 32 in 64..2048, or
 *   the frame is so long that the longer side would exceed 8192 pixels.
 */
export function fitInput(frameWidth: number, frameHeight: number, inputSize: number): InputGeometry {
  if (!isInputSize(inputSize)) {
    throw new ManyposeError('invalid-argument', `inputSize must be ${INPUT_SIZES}, got ${inputSize}`);
  }
  const shorter = Math.min(frameWidth, frameHeight);
  const scale = inputSize / shorter;
  const longer = SIDE_STEP * Math.floor((scale * Math.max(frameWidth, frameHeight) + SIDE_STEP - 1) / SIDE_STEP);
  if (longer > LONGEST_SIDE) {
    throw new ManyposeError(
      'invalid-argument',
      `a ${frameWidth}×${frameHeight} frame is too long for a short side of ${inputSize}: the input would be ${longer} pixels long`,
    );
  }
  const [width, height] = frameWidth < frameHeight ? [inputSize, longer] : [longer, inputSize];
  const centerX = Math.floor(frameWidth / 2 + 0.5);
  const centerY = Math.floor(frameHeight / 2 + 0.5);
  return {
    frameWidth,
    frameHeight,
    width,
    height,
    scale,
    shiftX: width / 2 - scale * centerX,
    shiftY: height / 2 - scale * centerY,
  };
}
