import type { PixelData } from '../frame.ts';
import type { InputGeometry } from '../geometry.ts';

/** Mean and standard deviation of ImageNet's RGB, for values 0..1. */
export const PIXEL_MEAN = [0.485, 0.456, 0.406] as const;
export const PIXEL_STD = [0.229, 0.224, 0.225] as const;

/** Input pixels that the mirrored input is shifted left by: it makes mirrored maps line up. */
export const MIRROR_SHIFT = 3;

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

/**
 * A frame as the network's input (reference section 2): resampled bilinearly at pixel indices, black
 * outside the frame, RGB normalised.
 *
 * @param pixels a picture of the frame, of its size or smaller.
 * @param mirrored the flip test's second input (section 3.1): the first one mirrored and shifted
 *   left by 3 pixels, its last 3 columns 0.
 * @returns [3, geometry.height, geometry.width].
 */
export function preprocess(pixels: PixelData, geometry: InputGeometry, mirrored = false): Float32Array {
  const { width, height } = geometry;
  const { stepX, startX, stepY, startY } = frameSampling(geometry, pixels);
  const input = new Float32Array(3 * width * height);
  const color = new Float64Array(3);
  const columns = mirrored ? width - MIRROR_SHIFT : width;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < columns; x++) {
      const column = mirrored ? width - 1 - (x + MIRROR_SHIFT) : x;
      sampleColor(pixels, stepX * column + startX, stepY * y + startY, color);
      for (let c = 0; c < 3; c++) {
        input[(c * height + y) * width + x] = (color[c] / 255 - PIXEL_MEAN[c]) / PIXEL_STD[c];
      }
    }
  }
  return input;
}

/** Writes RGB 0..255 at a place between pixels to `color`; each of the four around it is black outside the picture. */
function sampleColor({ data, width, height }: PixelData, x: number, y: number, color: Float64Array): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const u = x - left;
  const v = y - top;
  color.fill(0);
  for (let corner = 0; corner < 4; corner++) {
    const column = left + (corner & 1);
    const row = top + (corner >> 1);
    if (column < 0 || column >= width || row < 0 || row >= height) continue;
    const share = (corner & 1 ? u : 1 - u) * (corner >> 1 ? v : 1 - v);
    const from = (row * width + column) * 4;
    for (let c = 0; c < 3; c++) color[c] += share * data[from + c];
  }
}
