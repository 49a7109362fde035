import type { PixelData } from '../../src/frame.ts';
import type { InputGeometry } from '../../src/geometry.ts';
import { MIRROR_SHIFT, PIXEL_MEAN, PIXEL_STD, frameSampling } from '../../src/ops/frame-sampling.ts';

/** Preprocessing pixel by pixel, as it is defined. */
export function plainPreprocess(pixels: PixelData, geometry: InputGeometry, mirrored = false): Float32Array {
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
