import * as tf from '@tensorflow/tfjs-core';
import { ManyposeError, messageOf } from '../errors.ts';
import type { BrowserImage, Frame } from '../frame.ts';
import { isPixelData } from '../frame.ts';
import type { InputGeometry } from '../geometry.ts';
import { MIRROR_SHIFT, PIXEL_MEAN, PIXEL_STD, frameSampling, preprocess } from '../ops/preprocess.ts';
import { toChannelsLast } from './layout.ts';

type Canvas = HTMLCanvasElement | OffscreenCanvas;

/**
 * The network's input [1, H, W, 3] of a frame, on the current backend: resampled bilinearly, black
 * outside, normalised (reference section 2). Synchronous: the pixels are taken before it returns.
 *
 * @param maxSide longest picture side that the backend can upload; larger pictures are shrunk to it.
 * @throws ManyposeError `tainted-image`, `invalid-image`.
 */
export function inputOf(frame: Frame, geometry: InputGeometry, maxSide: number): tf.Tensor4D {
  const { source } = frame;
  if (isPixelData(source)) {
    const input = toChannelsLast(preprocess(source, geometry), 3);
    return tf.tensor4d(input, [1, geometry.height, geometry.width, 3]);
  }
  return tf.tidy(() => {
    const resampled = resampleImage(source, frame, geometry, maxSide);
    return tf.div(tf.sub(tf.div(resampled, 255), tf.tensor1d([...PIXEL_MEAN])), tf.tensor1d([...PIXEL_STD]));
  });
}

function resampleImage(image: BrowserImage, frame: Frame, geometry: InputGeometry, maxSide: number): tf.Tensor4D {
  const shrink = Math.min(1, maxSide / Math.max(frame.width, frame.height));
  const width = Math.max(1, Math.floor(frame.width * shrink));
  const height = Math.max(1, Math.floor(frame.height * shrink));
  const canvas = drawn(image, width, height);
  const pixels = tf.cast(tf.expandDims(readable(() => tf.browser.fromPixels(canvas as HTMLCanvasElement))), 'float32');
  const { stepX, startX, stepY, startY } = frameSampling(geometry, { width, height });
  const transform = tf.tensor2d([[stepX, 0, startX, 0, stepY, startY, 0, 0]]);
  return tf.image.transform(
    pixels as tf.Tensor4D, transform, 'bilinear', 'constant', 0, [geometry.height, geometry.width],
  );
}

/**
 * The image on a canvas. Not left to tf.browser.fromPixels, which takes an image's size on the page
 * for its size in pixels and knows no VideoFrame. A new canvas each time, for a cross-origin image
 * would taint it for good.
 */
function drawn(image: BrowserImage, width: number, height: number): Canvas {
  const canvas: Canvas = typeof OffscreenCanvas === 'undefined'
    ? Object.assign(document.createElement('canvas'), { width, height })
    : new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D | null;
  if (!context) throw new ManyposeError('invalid-image', `cannot draw a ${width}×${height} picture`);
  try {
    context.drawImage(image, 0, 0, width, height);
  } catch (cause) {
    throw new ManyposeError('invalid-image', `the image cannot be drawn: ${messageOf(cause)}`, { cause });
  }
  return canvas;
}

function readable<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if ((cause as { name?: string } | null)?.name !== 'SecurityError') throw cause;
    throw new ManyposeError(
      'tainted-image', 'the image comes from another origin without CORS: the browser does not let a page read it', { cause },
    );
  }
}

/** The mirrored input of the flip test: mirrored[x + 3], the last 3 columns 0 (reference section 3.1). */
export function mirroredInput(input: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const kept = tf.slice4d(tf.reverse4d(input, 2), [0, 0, MIRROR_SHIFT, 0], [-1, -1, -1, -1]);
    return tf.pad4d(kept, [[0, 0], [0, 0], [0, MIRROR_SHIFT], [0, 0]]);
  });
}
