import { ManyposeError, messageOf } from './errors.ts';
import type { BrowserImage, Frame, PixelData } from './frame.ts';
import { isPixelData } from './frame.ts';

type Canvas = HTMLCanvasElement | OffscreenCanvas;
type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/**
 * An image on a canvas of the given size. A new canvas each time, for a cross-origin image would
 * taint it for good.
 *
 * @param forReading whether its pixels will be read back to memory.
 * @throws ManyposeError `invalid-image`.
 */
export function drawImage(image: BrowserImage, width: number, height: number, forReading = false): Canvas {
  if (typeof OffscreenCanvas === 'undefined' && typeof document === 'undefined') {
    throw new ManyposeError('invalid-image', 'there is no canvas here to draw the image on: pass { data, width, height }');
  }
  const canvas: Canvas =
    typeof OffscreenCanvas === 'undefined'
      ? Object.assign(document.createElement('canvas'), { width, height })
      : new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: forReading }) as Context | null;
  if (!context) throw new ManyposeError('invalid-image', `cannot draw a ${width}×${height} picture`);
  try {
    context.drawImage(image, 0, 0, width, height);
  } catch (cause) {
    throw new ManyposeError('invalid-image', `the image cannot be drawn: ${messageOf(cause)}`, { cause });
  }
  return canvas;
}

/**
 * Runs a step that reads an image's pixels, or lets the GPU read them.
 *
 * @throws ManyposeError `tainted-image` where the browser forbids it; other errors as they are.
 */
export function readable<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if ((cause as { name?: string } | null)?.name !== 'SecurityError') throw cause;
    throw new ManyposeError(
      'tainted-image',
      'the image comes from another origin without CORS: the browser does not let a page read it',
      { cause },
    );
  }
}

/**
 * A frame's pixels in memory, taken at once. Pixel data is not copied.
 *
 * @throws ManyposeError `invalid-image`, `tainted-image`.
 */
export function pixelsOf({ source, width, height }: Frame): PixelData {
  if (isPixelData(source)) return source;
  const context = drawImage(source, width, height, true).getContext('2d') as Context;
  return readable(() => context.getImageData(0, 0, width, height));
}

/**
 * Pixel data at a smaller size: the mean of the pixels that each new one covers, in the parts that it
 * covers them.
 */
export function shrinkPixels(pixels: PixelData, width: number, height: number): PixelData {
  const columns = shares(pixels.width, width);
  const rows = shares(pixels.height, height);
  const data = new Uint8ClampedArray(width * height * 4);
  // Sums of the new row under way and the next one; a place more for what rounding puts behind the last.
  let [sums, next] = [new Float64Array(4 * (width + 1)), new Float64Array(4 * (width + 1))];
  const line = new Float64Array(4 * (width + 1));
  for (let y = 0; y < pixels.height; y++) {
    line.fill(0);
    for (let x = 0; x < pixels.width; x++) {
      const from = 4 * (y * pixels.width + x);
      const to = 4 * columns.place[x];
      const [first, rest] = [columns.first[x], columns.rest[x]];
      for (let c = 0; c < 4; c++) {
        line[to + c] += first * pixels.data[from + c];
        line[to + 4 + c] += rest * pixels.data[from + c];
      }
    }
    for (let i = 0; i < 4 * width; i++) {
      sums[i] += rows.first[y] * line[i];
      next[i] += rows.rest[y] * line[i];
    }
    const done = y + 1 === pixels.height || rows.place[y + 1] !== rows.place[y];
    if (!done) continue;
    data.set(sums.subarray(0, 4 * width), 4 * width * rows.place[y]);
    [sums, next] = [next, sums.fill(0)];
  }
  return { data, width, height };
}

/** How old places spread over fewer new ones: in which one each begins, and its shares of that and the next. */
function shares(old: number, fewer: number): { place: Int32Array; first: Float64Array; rest: Float64Array } {
  const step = old / fewer;
  const place = Int32Array.from({ length: old }, (_, at) => Math.min(fewer - 1, Math.floor(at / step)));
  const first = Float64Array.from(place, (to, at) => Math.min(1, (to + 1) * step - at) / step);
  return { place, first, rest: first.map((share) => Math.max(0, 1 / step - share)) };
}
