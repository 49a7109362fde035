import { ManyposeError } from '../errors.ts';
import type { PixelData } from '../frame.ts';
import { PIXEL_MEAN, PIXEL_STD } from '../ops/frame-sampling.ts';
import type { Affine } from './affine.ts';
import { invertAffine } from './affine.ts';

/**
 * A square crop of a picture: bilinear at pixel indices, black outside, values 0..255 and not rounded.
 * (OpenCV, which the released code uses, rounds places to 1/32 pixel and values to whole numbers.)
 *
 * @param pixels red, green, blue and a fourth number for every pixel.
 * @param matrix picture to crop, before the flip.
 * @param flip mirrors the crop: x ↦ size - 1 - x.
 * @returns [size, size, 3], channels last.
 * @throws ManyposeError `invalid-image` for pixels that are not four numbers each.
 */
export function samplePicture(pixels: PixelData, matrix: Affine, size: number, flip = false): Float32Array {
  const { data, width, height } = pixels;
  if (data.length !== 4 * width * height || data.length === 0) {
    throw new ManyposeError(
      'invalid-image',
      `expected ${4 * width * height} numbers for ${width}×${height} pixels, got ${data.length}`,
    );
  }
  const [[a, b, c], [d, e, f]] = invertAffine(matrix);
  const crop = new Float32Array(3 * size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const to = 3 * (y * size + (flip ? size - 1 - x : x));
      const [px, py] = [a * x + b * y + c, d * x + e * y + f];
      const [left, top] = [Math.floor(px), Math.floor(py)];
      for (let row = top; row <= top + 1; row++) {
        if (row < 0 || row >= height) continue;
        for (let column = left; column <= left + 1; column++) {
          if (column < 0 || column >= width) continue;
          const share = (1 - Math.abs(px - column)) * (1 - Math.abs(py - row));
          const at = 4 * (row * width + column);
          for (let channel = 0; channel < 3; channel++) crop[to + channel] += share * data[at + channel];
        }
      }
    }
  }
  return crop;
}

/** A crop's values 0..255 as the network takes them, in place: ImageNet's mean off, by its standard deviation. */
export function normalisePicture(crop: Float32Array): Float32Array {
  for (let i = 0; i < crop.length; i++) crop[i] = (crop[i] / 255 - PIXEL_MEAN[i % 3]) / PIXEL_STD[i % 3];
  return crop;
}
