import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { readFile } from 'node:fs/promises';
import { ManyposeError, messageOf } from '../errors.ts';
import type { PixelData } from '../frame.ts';
import { WEIGHTS_PACKAGE } from '../model/default-model.ts';
import { optionalPackage } from './packages.ts';

/** A picture read from a file. */
export interface Photo {
  readonly pixels: PixelData;
  /** The picture on a canvas, to draw on; `context` is the canvas's own. */
  readonly canvas: Canvas;
  readonly context: SKRSContext2D;
}

/**
 * Reads a picture (JPEG, PNG, WebP, ...) with the optional npm package `@napi-rs/canvas`.
 *
 * @throws ManyposeError `invalid-image` for a file that is missing or no picture, `no-runtime` without that package.
 */
export async function readPhoto(file: string): Promise<Photo> {
  const { createCanvas, loadImage } = await optionalPackage(
    () => import('@napi-rs/canvas'),
    'Pictures are read by',
    '@napi-rs/canvas',
    [WEIGHTS_PACKAGE],
  );
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ManyposeError('invalid-image', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  });
  const image = await loadImage(bytes).catch((cause: unknown) => {
    throw new ManyposeError('invalid-image', `${file}: not a picture that can be read: ${messageOf(cause)}`, { cause });
  });
  const { width, height } = image;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return { pixels: { data, width, height }, canvas, context };
}
