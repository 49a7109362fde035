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

const STEP = 64;
const MIN_SIDE = 64;
const MAX_SIDE = 2048;
/** Of an input, in pixels. */
export const LONGEST_SIDE = 4 * MAX_SIDE;

/** Whether a value is a shorter side that an input may have. */
export function isInputSize(value: unknown): value is number {
  return Number.isInteger((value as number) / 32) && typeof value === 'number' && value >= MIN_SIDE && value <= MAX_SIDE;
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
    throw new ManyposeError('invalid-argument', `inputSize must be a multiple of 32 from 64 to 2048, got ${inputSize}`);
  }
  const shorter = Math.min(frameWidth, frameHeight);
  const scale = inputSize / shorter;
  const longer = STEP * Math.floor((scale * Math.max(frameWidth, frameHeight) + STEP - 1) / STEP);
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
