import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createReadStream } from 'node:fs';
import { ManyposeError, messageOf } from '../errors.ts';
import type { PixelData } from '../frame.ts';
import { WEIGHTS_PACKAGE } from '../model/weights-package.ts';
import { optionalPackage } from './packages.ts';
import { inspectPicture } from './picture-file.ts';

/** A picture read from a file. */
export interface Photo {
  readonly pixels: PixelData;
  /** The picture on a canvas, to draw on; `context` is the canvas's own. */
  readonly canvas: Canvas;
  readonly context: SKRSContext2D;
}

/** No picture that is decoded here has more. */
const MOST_BYTES = 2 ** 28;

/**
 * Reads a picture (JPEG, PNG, WebP, AVIF, GIF, BMP) with the optional npm package `@napi-rs/canvas`.
 *
 * @throws ManyposeError `invalid-image` for a file that is missing, no picture, cut off, damaged or too large,
 *   `no-runtime` without that package.
 */
export async function readPhoto(file: string): Promise<Photo> {
  const { createCanvas, loadImage } = await optionalPackage(
    () => import('@napi-rs/canvas'),
    'Pictures are read by',
    '@napi-rs/canvas',
    [WEIGHTS_PACKAGE],
  );
  const bytes = await readBytes(file).catch((cause: unknown) => {
    throw new ManyposeError('invalid-image', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  });
  try {
    const { opaque } = await inspectPicture(bytes);
    const { canvas, context } = onCanvas(await loadImage(bytes));
    const { width, height } = canvas;
    const { data } = context.getImageData(0, 0, width, height);
    checkDecoded(data, opaque);
    return { pixels: { data, width, height }, canvas, context };
  } catch (cause) {
    const why = cause instanceof ManyposeError ? cause.message : `not a picture that can be read: ${messageOf(cause)}`;
    throw new ManyposeError('invalid-image', `${file}: ${why}`, { cause });
  }

  function onCanvas(image: Awaited<ReturnType<typeof loadImage>>): Pick<Photo, 'canvas' | 'context'> {
    const canvas = createCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return { canvas, context };
  }
}

async function readBytes(file: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES / 2 ** 20} MB`);
  }
  return Buffer.concat(pieces);
}

/** The decoder leaves what it could not decode transparent, and says nothing. */
function checkDecoded(data: Uint8ClampedArray, opaque: boolean): void {
  let transparent = 0;
  for (let i = 3; i < data.length; i += 4) transparent += Number(data[i] === 0);
  if (4 * transparent === data.length)
    throw new ManyposeError('invalid-image', 'the picture is blank: nothing of it was decoded');
  if (opaque && transparent > 0) throw new ManyposeError('invalid-image', 'the picture is damaged: only part of it was decoded');
}
