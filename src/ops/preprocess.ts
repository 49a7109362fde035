import type { PixelData } from '../frame.ts';
import type { InputGeometry } from '../geometry.ts';
import { MIRROR_SHIFT, PIXEL_MEAN, PIXEL_STD, frameSampling } from './frame-sampling.ts';

/**
 * A frame as the network's input (reference section 2): resampled bilinearly at pixel indices, black
 * outside the frame, RGB normalised.
 *
 * @param pixels a picture of the frame, of its size or smaller.
 * @param mirrored the flip test's second input (section 3.1): the first one mirrored and shifted
 *   left by `shift` pixels, 3 if left out, its last columns 0.
 * @returns [3, geometry.height, geometry.width].
 */
export function preprocess(pixels: PixelData, geometry: InputGeometry, mirrored = false, shift = MIRROR_SHIFT): Float32Array {
  const { width, height } = geometry;
  const { data } = pixels;
  const sampling = frameSampling(geometry, pixels);
  const input = new Float32Array(3 * width * height);
  const columns = mirrored ? width - shift : width;
  const across = samples(columns, pixels.width, (x) => sampling.stepX * (mirrored ? columns - 1 - x : x) + sampling.startX);
  const down = samples(height, pixels.height, (y) => sampling.stepY * y + sampling.startY);
  const [meanR, meanG, meanB] = PIXEL_MEAN;
  const [stdR, stdG, stdB] = PIXEL_STD;
  const plane = width * height;
  for (let y = 0; y < height; y++) {
    const upper = down.first[y] * pixels.width;
    const lower = down.second[y] * pixels.width;
    const above = down.firstShare[y];
    const below = down.secondShare[y];
    let to = y * width;
    for (let x = 0; x < columns; x++, to++) {
      const left = across.first[x];
      const right = across.second[x];
      const share0 = across.firstShare[x] * above;
      const share1 = across.secondShare[x] * above;
      const share2 = across.firstShare[x] * below;
      const share3 = across.secondShare[x] * below;
      const at0 = 4 * (upper + left);
      const at1 = 4 * (upper + right);
      const at2 = 4 * (lower + left);
      const at3 = 4 * (lower + right);
      const r = share0 * data[at0] + share1 * data[at1] + share2 * data[at2] + share3 * data[at3];
      const g = share0 * data[at0 + 1] + share1 * data[at1 + 1] + share2 * data[at2 + 1] + share3 * data[at3 + 1];
      const b = share0 * data[at0 + 2] + share1 * data[at1 + 2] + share2 * data[at2 + 2] + share3 * data[at3 + 2];
      input[to] = (r / 255 - meanR) / stdR;
      input[plane + to] = (g / 255 - meanG) / stdG;
      input[2 * plane + to] = (b / 255 - meanB) / stdB;
    }
  }
  return input;
}

/**
 * Along one axis: the two picture pixels around every input pixel's place, and their shares in it. One outside the
 * picture is black: its share is 0.
 */
function samples(length: number, pictureSize: number, placeOf: (index: number) => number) {
  const first = new Int32Array(length);
  const second = new Int32Array(length);
  const firstShare = new Float64Array(length);
  const secondShare = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const place = placeOf(i);
    const before = Math.floor(place);
    if (before >= 0 && before < pictureSize) {
      first[i] = before;
      firstShare[i] = 1 - (place - before);
    }
    if (before + 1 >= 0 && before + 1 < pictureSize) {
      second[i] = before + 1;
      secondShare[i] = place - before;
    }
  }
  return { first, second, firstShare, secondShare };
}
