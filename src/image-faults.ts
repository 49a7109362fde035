import { brandOf } from './brand.ts';
import { ManyposeError, messageOf } from './errors.ts';

// Why an image cannot be used, in words; loaded only when one cannot.

const EXPECTED =
  'a video, image, canvas, ImageBitmap, ImageData, VideoFrame, {data, width, height} or a tensor [height, width, 1 | 3 | 4]';

const WORDS = {
  noFrameYet: () => 'the video has no frame yet: wait for its "loadeddata" event',
  notLoaded: () => 'the image is not loaded yet: await image.decode() first',
  broken: () => 'the image is broken or empty',
  closed: () => 'the video frame is closed',
  noSize: (what: string, side: unknown) =>
    `${what} must have a whole number of pixels as width and height, got ${typeof side === 'string' ? `'${side}'` : String(side)}`,
  noPixels: (what: string, width: number, height: number) => `${what} has no pixels: its size is ${width}×${height}`,
  noBytes: (classes: readonly string[], data: unknown) =>
    `expected the image data's values, 0 to 255, in a ${classes.join(' or ')}, got ${
      typeof data === 'object' && data !== null ? brandOf(data) : String(data)
    }`,
  wrongLength: (width: number, height: number, length: number) =>
    `expected ${width * height * 4} bytes of RGBA for ${width}×${height} pixels, got ${length}` +
    (length === 0 ? ' (was its memory transferred?)' : ''),
  unreadable: (cause: unknown) => `the image cannot be read: ${messageOf(cause)}`,
  noImage: (value: unknown) => `${whatItIs(value)} is not an image: expected ${EXPECTED}`,
};
type Words = typeof WORDS;

/** Why an image cannot be used: which of the sentences, and what stands in it. */
export type ImageFault = {
  [Kind in keyof Words]: readonly [Kind, ...Parameters<Words[Kind]>];
}[keyof Words];

export interface UnusableImage {
  readonly fault: ImageFault;
}

function whatItIs(value: unknown): string {
  const brand = brandOf(value);
  // What people have at hand, and what becomes an image of it.
  if (brand === 'File' || brand === 'Blob') return `a ${brand} (await createImageBitmap(it) makes it one)`;
  if (typeof value === 'string') return 'a text';
  return typeof value === 'object' && value !== null ? `this ${brand}` : String(value);
}

export function invalidImage(message: string, cause?: unknown): ManyposeError {
  return new ManyposeError('invalid-image', message, { cause });
}

/** The error `invalid-image` that tells why an image cannot be used. */
export function unusableImage({ fault: [kind, ...parts] }: UnusableImage): ManyposeError {
  return invalidImage((WORDS[kind] as (...parts: unknown[]) => string)(...parts), kind === 'unreadable' ? parts[0] : undefined);
}
