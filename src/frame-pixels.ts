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
