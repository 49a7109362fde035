import { ManyposeError } from './errors.ts';
import type { Platform } from './platform.ts';

/** RGBA, 8 bits each, rows from the top, no padding: an `ImageData`, or anything of its shape. */
export interface PixelData {
  readonly data: Uint8ClampedArray | Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The part of a TensorFlow.js tensor that is used: [height, width, 1 | 3 | 4] with values 0..255. */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  data(): Promise<ArrayLike<number>>;
}

/** Image sources that the browser can hand to a GPU or draw on a canvas. */
export type BrowserImage =
  | Platform<'HTMLVideoElement'>
  | Platform<'HTMLImageElement'>
  | Platform<'HTMLCanvasElement'>
  | Platform<'OffscreenCanvas'>
  | Platform<'ImageBitmap'>
  | Platform<'VideoFrame'>;

/** Everything `estimatePoses` accepts. */
export type ImageInput = BrowserImage | PixelData | TensorLike;

/** An image that is known to have pixels, and its size in them. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly source: BrowserImage | PixelData;
}

function isA<T>(value: unknown, className: string): value is T {
  const constructor = (globalThis as Record<string, unknown>)[className];
  return typeof constructor === 'function' && value instanceof constructor;
}

export function isPixelData(value: unknown): value is PixelData {
  const data = (value as PixelData | null)?.data;
  return data instanceof Uint8ClampedArray || data instanceof Uint8Array;
}

export function isTensor(value: unknown): value is TensorLike {
  const tensor = value as Partial<TensorLike> | null;
  return typeof tensor?.data === 'function' && Array.isArray(tensor.shape);
}

export function isVideo(value: unknown): value is HTMLVideoElement {
  return isA<HTMLVideoElement>(value, 'HTMLVideoElement');
}

export function isVideoFrame(value: unknown): value is VideoFrame {
  return isA<VideoFrame>(value, 'VideoFrame');
}

function invalid(message: string): ManyposeError {
  return new ManyposeError('invalid-image', message);
}

function sized(what: string, source: Frame['source'], width: number, height: number): Frame {
  if (!(width > 0 && height > 0)) throw invalid(`${what} has no pixels: its size is ${width}×${height}`);
  return { width, height, source };
}

/**
 * Checks an image source and finds its size in pixels. Takes no pixels yet, and is synchronous, so
 * that a video frame can go to the GPU in the same task.
 *
 * @throws ManyposeError `invalid-image` for a source without pixels: a zero-sized, unloaded or
 *   broken image, a video before its first frame, a closed bitmap or frame, data of the wrong length.
 */
export function frameOf(image: Exclude<ImageInput, TensorLike>): Frame {
  if (isVideo(image)) {
    const HAVE_CURRENT_DATA = 2;
    if (image.readyState < HAVE_CURRENT_DATA) {
      throw invalid('the video has no frame yet: wait for its "loadeddata" event');
    }
    return sized('the video', image, image.videoWidth, image.videoHeight);
  }
  if (isA<HTMLImageElement>(image, 'HTMLImageElement')) {
    if (!image.complete) throw invalid('the image is not loaded yet: await image.decode() first');
    if (image.naturalWidth === 0) throw invalid('the image is broken or empty');
    return sized('the image', image, image.naturalWidth, image.naturalHeight);
  }
  if (isVideoFrame(image)) {
    if (image.format === null && image.codedWidth === 0) throw invalid('the video frame is closed');
    return sized('the video frame', image, image.displayWidth, image.displayHeight);
  }
  if (isA<ImageBitmap>(image, 'ImageBitmap'))
    return sized('the bitmap (closed or transferred?)', image, image.width, image.height);
  if (isA<HTMLCanvasElement>(image, 'HTMLCanvasElement') || isA<OffscreenCanvas>(image, 'OffscreenCanvas')) {
    return sized('the canvas (detached?)', image, image.width, image.height);
  }
  if (isPixelData(image)) {
    const frame = sized('the image data', image, image.width, image.height);
    const expected = image.width * image.height * 4;
    if (image.data.length !== expected) {
      throw invalid(`expected ${expected} bytes of RGBA for ${image.width}×${image.height} pixels, got ${image.data.length}`);
    }
    return frame;
  }
  throw invalid(
    'not an image: expected a video, image, canvas, ImageBitmap, ImageData, VideoFrame, ' +
      '{data, width, height} or a tensor [height, width, 1 | 3 | 4]',
  );
}

/**
 * Copies a tensor's pixels: [height, width, 1 | 3 | 4], values 0..255 as in TensorFlow.js' image
 * functions; they are rounded to 8 bits.
 *
 * @throws ManyposeError `invalid-image` for another shape, or values that are not finite.
 */
export async function pixelsOfTensor(tensor: TensorLike): Promise<PixelData> {
  const [height, width, channels] = tensor.shape;
  if (tensor.shape.length !== 3 || ![1, 3, 4].includes(channels)) {
    throw invalid(`expected a tensor of shape [height, width, 1 | 3 | 4], got [${tensor.shape.join(', ')}]`);
  }
  if (!(width > 0 && height > 0)) throw invalid(`the tensor has no pixels: its shape is [${tensor.shape.join(', ')}]`);
  const values = await tensor.data();
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      const value = values[i * channels + (channels === 1 ? 0 : c)];
      if (!Number.isFinite(value)) throw invalid('the tensor holds values that are not finite');
      data[i * 4 + c] = value;
    }
    data[i * 4 + 3] = 255;
  }
  return { data, width, height };
}
