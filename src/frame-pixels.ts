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
  const canvas: Canvas = typeof OffscreenCanvas === 'undefined'
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
      'tainted-image', 'the image comes from another origin without CORS: the browser does not let a page read it', { cause },
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
  const columns = coverage(pixels.width, width);
  const rows = coverage(pixels.height, height);
  const data = new Uint8ClampedArray(width * height * 4);
  const sums = new Float64Array(width * 4);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (const { at: row, share: rowShare } of rows[y]) {
      for (let x = 0; x < width; x++) {
        for (const { at, share } of columns[x]) {
          const from = (row * pixels.width + at) * 4;
          for (let c = 0; c < 4; c++) sums[4 * x + c] += rowShare * share * pixels.data[from + c];
        }
      }
    }
    data.set(sums, y * width * 4);
  }
  return { data, width, height };
}

/** For each of fewer places: the old ones that it covers, and their shares of it. */
function coverage(old: number, fewer: number): { at: number; share: number }[][] {
  const step = old / fewer;
  return Array.from({ length: fewer }, (_, i) => {
    const covered: { at: number; share: number }[] = [];
    for (let at = Math.floor(i * step); at < Math.min(old, (i + 1) * step); at++) {
      const share = (Math.min(at + 1, (i + 1) * step) - Math.max(at, i * step)) / step;
      if (share > 0) covered.push({ at, share });
    }
    return covered;
  });
}
