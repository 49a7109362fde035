import type { InputGeometry } from '../geometry.ts';

/** Mean and standard deviation of ImageNet's RGB, for values 0..1. */
export const PIXEL_MEAN = [0.485, 0.456, 0.406] as const;
export const PIXEL_STD = [0.229, 0.224, 0.225] as const;

/** Input pixels that the mirrored input is shifted left by: it makes mirrored maps line up. */
export const MIRROR_SHIFT = 3;
/** The same for maps of twice the size. */
export const MIRROR_SHIFT_2X = 1;

/** Where an input pixel lies in a picture, in its pixel indices: step · input pixel + start, along x and y. */
export interface FrameSampling {
  readonly stepX: number;
  readonly startX: number;
  readonly stepY: number;
  readonly startY: number;
}

/**
 * Where the input's pixels lie in a picture of the frame.
 *
 * @param picture its size: the frame's own, or smaller. Shrinking keeps a picture's edges, so that
 *   pixel centres move by half a pixel.
 */
export function frameSampling(geometry: InputGeometry, picture: { width: number; height: number }): FrameSampling {
  const along = (size: number, frameSize: number, shift: number): [step: number, start: number] => {
    const ratio = size / frameSize;
    return [ratio / geometry.scale, ratio * (0.5 - shift / geometry.scale) - 0.5];
  };
  const [stepX, startX] = along(picture.width, geometry.frameWidth, geometry.shiftX);
  const [stepY, startY] = along(picture.height, geometry.frameHeight, geometry.shiftY);
  return { stepX, startX, stepY, startY };
}
