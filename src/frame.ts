import { brandOf } from './brand.ts';
import { ManyposeError, messageOf } from './errors.ts';
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

/** Images that the browser can hand to a GPU or draw on a canvas. */
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
  /** Pixel data is a view of memory that is fixed and its own. */
  readonly source: BrowserImage | PixelData;
}

export function invalidImage(message: string, cause?: unknown): ManyposeError {
  return new ManyposeError('invalid-image', message, { cause });
}

export function isPixelData(source: Frame['source']): source is PixelData {
  return !isBrowserImage(source);
}

/** Whether the image is a video or a frame of one, which a GPU may reach where it lies. */
export function isVideo(image: unknown): image is HTMLVideoElement | VideoFrame {
  return ['HTMLVideoElement', 'VideoFrame'].includes(brandOf(image));
}

interface Size {
  /** For messages. */
  readonly what: string;
  readonly width: number;
  readonly height: number;
}

const HAVE_CURRENT_DATA = 2;

const canvasSize = ({ width, height }: HTMLCanvasElement | OffscreenCanvas): Size => ({
  what: 'the canvas (detached?)',
  width,
  height,
});

/** How large the platform's images are, by their class; throws for one without pixels. */
const SIZES = {
  HTMLVideoElement(video: HTMLVideoElement): Size {
    if (video.readyState < HAVE_CURRENT_DATA) throw invalidImage('the video has no frame yet: wait for its "loadeddata" event');
    return { what: 'the video', width: video.videoWidth, height: video.videoHeight };
  },
  HTMLImageElement(image: HTMLImageElement): Size {
    if (!image.complete) throw invalidImage('the image is not loaded yet: await image.decode() first');
    if (image.naturalWidth === 0) throw invalidImage('the image is broken or empty');
    return { what: 'the image', width: image.naturalWidth, height: image.naturalHeight };
  },
  VideoFrame(frame: VideoFrame): Size {
    if (frame.format === null && frame.codedWidth === 0) throw invalidImage('the video frame is closed');
    return { what: 'the video frame', width: frame.displayWidth, height: frame.displayHeight };
  },
  ImageBitmap: ({ width, height }: ImageBitmap): Size => ({ what: 'the bitmap (closed or transferred?)', width, height }),
  HTMLCanvasElement: canvasSize,
  OffscreenCanvas: canvasSize,
} as const;

function isBrowserImage(image: unknown): image is BrowserImage {
  return Object.hasOwn(SIZES, brandOf(image));
}

/** A whole number of pixels: 0 and NaN of images that have none are told apart from what is no size at all. */
function checkSize({ what, width, height }: Size): void {
  for (const side of [width, height]) {
    if (typeof side !== 'number' || (side > 0 && !Number.isSafeInteger(side))) {
      const shown = typeof side === 'string' ? `'${side}'` : String(side);
      throw invalidImage(`${what} must have a whole number of pixels as width and height, got ${shown}`);
    }
    if (!(side > 0)) throw invalidImage(`${what} has no pixels: its size is ${width}×${height}`);
  }
}

/**
 * Checks an image and finds its size in pixels. Takes no pixels yet, and is synchronous, so that a video
 * frame can go to the GPU in the same task.
 *
 * @throws ManyposeError `invalid-image` for one without pixels: a zero-sized, unloaded or broken image, a
 *   video before its first frame, a closed bitmap or frame, data of the wrong length or kind.
 */
export function frameOf(image: Exclude<ImageInput, TensorLike>): Frame {
  try {
    if (isBrowserImage(image)) {
      const size = (SIZES[brandOf(image) as keyof typeof SIZES] as (image: BrowserImage) => Size)(image);
      checkSize(size);
      return { width: size.width, height: size.height, source: image };
    }
    if (typeof image === 'object' && image !== null && 'data' in image) return pixelFrame(image);
  } catch (cause) {
    if (cause instanceof ManyposeError) throw cause;
    throw invalidImage(`the image cannot be read: ${messageOf(cause)}`, cause);
  }
  throw invalidImage(`${whatItIs(image)} is not an image: expected ${EXPECTED}`);
}

const EXPECTED =
  'a video, image, canvas, ImageBitmap, ImageData, VideoFrame, {data, width, height} or a tensor [height, width, 1 | 3 | 4]';

function whatItIs(value: unknown): string {
  const brand = brandOf(value);
  // What people have at hand, and what becomes an image of it.
  if (brand === 'File' || brand === 'Blob') return `a ${brand} (await createImageBitmap(it) makes it one)`;
  if (typeof value === 'string') return 'a text';
  return typeof value === 'object' && value !== null ? `this ${brand}` : String(value);
}

const BYTES = ['Uint8ClampedArray', 'Uint8Array'];

function pixelFrame(image: PixelData): Frame {
  const { data, width, height } = image;
  checkSize({ what: 'the image data', width, height });
  if (!ArrayBuffer.isView(data) || !BYTES.includes(brandOf(data))) {
    throw invalidImage(`expected the image data's values, 0 to 255, in a ${BYTES.join(' or ')}, got ${whatDataIs(data)}`);
  }
  const expected = width * height * 4;
  if (data.length !== expected) {
    const hint = data.length === 0 ? ' (was its memory transferred?)' : '';
    throw invalidImage(`expected ${expected} bytes of RGBA for ${width}×${height} pixels, got ${data.length}${hint}`);
  }
  return { width, height, source: { data: hasFixedMemory(data) ? data : new Uint8ClampedArray(data), width, height } };
}

function whatDataIs(data: unknown): string {
  return typeof data === 'object' && data !== null ? brandOf(data) : String(data);
}

/** Neither shared with other threads nor resizable: GPUs take no other. */
function hasFixedMemory({ buffer }: ArrayBufferView): boolean {
  return brandOf(buffer) === 'ArrayBuffer' && (buffer as { resizable?: boolean }).resizable !== true;
}
