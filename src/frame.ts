import { brandOf } from './brand.ts';
import type { ImageFault, UnusableImage } from './image-faults.ts';
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

const unusable = (...fault: ImageFault): UnusableImage => ({ fault });

export function isTensor(value: unknown): value is TensorLike {
  const tensor = value as Partial<TensorLike> | null | undefined;
  try {
    return typeof tensor?.data === 'function' && Array.isArray(tensor.shape);
  } catch {
    return false; // what cannot be read, frameOf tells
  }
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

/** How large the platform's images are, by their class. */
const SIZES = {
  HTMLVideoElement(video: HTMLVideoElement): Size | UnusableImage {
    if (video.readyState < HAVE_CURRENT_DATA) return unusable('noFrameYet');
    return { what: 'the video', width: video.videoWidth, height: video.videoHeight };
  },
  HTMLImageElement(image: HTMLImageElement): Size | UnusableImage {
    if (!image.complete) return unusable('notLoaded');
    if (image.naturalWidth === 0) return unusable('broken');
    return { what: 'the image', width: image.naturalWidth, height: image.naturalHeight };
  },
  VideoFrame(frame: VideoFrame): Size | UnusableImage {
    if (frame.format === null && frame.codedWidth === 0) return unusable('closed');
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
function faultOfSize({ what, width, height }: Size): UnusableImage | undefined {
  for (const side of [width, height]) {
    if (typeof side !== 'number' || (side > 0 && !Number.isSafeInteger(side))) return unusable('noSize', what, side);
    if (!(side > 0)) return unusable('noPixels', what, width, height);
  }
  return undefined;
}

/**
 * Checks an image and finds its size in pixels. Takes no pixels yet, and is synchronous, so that a video
 * frame can go to the GPU in the same task.
 *
 * @returns why not, for one without pixels: a zero-sized, unloaded or broken image, a video before its first
 *   frame, a closed bitmap or frame, data of the wrong length or kind.
 */
export function frameOf(image: Exclude<ImageInput, TensorLike>): Frame | UnusableImage {
  try {
    if (isBrowserImage(image)) {
      const size = (SIZES[brandOf(image) as keyof typeof SIZES] as (image: BrowserImage) => Size | UnusableImage)(image);
      if ('fault' in size) return size;
      return faultOfSize(size) ?? { width: size.width, height: size.height, source: image };
    }
    if (typeof image === 'object' && image !== null && 'data' in image) return pixelFrame(image);
  } catch (cause) {
    return unusable('unreadable', cause);
  }
  return unusable('noImage', image);
}

const BYTES = ['Uint8ClampedArray', 'Uint8Array'];

function pixelFrame(image: PixelData): Frame | UnusableImage {
  const { data, width, height } = image;
  const fault = faultOfSize({ what: 'the image data', width, height });
  if (fault) return fault;
  if (!ArrayBuffer.isView(data) || !BYTES.includes(brandOf(data))) return unusable('noBytes', BYTES, data);
  if (data.length !== width * height * 4) return unusable('wrongLength', width, height, data.length);
  return { width, height, source: { data: hasFixedMemory(data) ? data : new Uint8ClampedArray(data), width, height } };
}

/** Neither shared with other threads nor resizable: GPUs take no other. */
function hasFixedMemory({ buffer }: ArrayBufferView): boolean {
  return brandOf(buffer) === 'ArrayBuffer' && (buffer as { resizable?: boolean }).resizable !== true;
}
