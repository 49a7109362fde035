import * as tf from '@tensorflow/tfjs-core';
import type { BrowserImage, Frame } from '../frame.ts';
import { isPixelData } from '../frame.ts';
import { drawImage, readable } from '../frame-pixels.ts';
import type { InputGeometry } from '../geometry.ts';
import { MIRROR_SHIFT, PIXEL_MEAN, PIXEL_STD, frameSampling } from '../ops/frame-sampling.ts';
import { preprocess } from '../ops/preprocess.ts';
import type { InputPlanes } from '../runtime/maps-runtime.ts';
import { toChannelsLast } from './layout.ts';

/** An input that is given as numbers, [1, H, W, 3] on the current backend. */
export function uploadInput({ values, width, height }: InputPlanes): tf.Tensor4D {
  return tf.tensor4d(toChannelsLast(values, 3), [1, height, width, 3]);
}

/**
 * The network's input [1, H, W, 3] of a frame, on the current backend: resampled bilinearly, black
 * outside, normalised (reference section 2). Synchronous: the pixels are taken before it returns.
 *
 * @param mirrored the flip test's second input (reference section 3.1): mirrored[x + shift], the last columns 0.
 * @param maxSide longest picture side that the backend can upload; larger pictures are shrunk to it.
 * @throws ManyposeError `tainted-image`, `invalid-image`.
 */
export function inputOf(
  frame: Frame,
  geometry: InputGeometry,
  mirrored: boolean,
  maxSide: number,
  shift = MIRROR_SHIFT,
): tf.Tensor4D {
  const { source } = frame;
  const { width, height } = geometry;
  if (isPixelData(source)) return uploadInput({ values: preprocess(source, geometry, mirrored, shift), width, height });
  return tf.tidy(() => {
    const resampled = resampleImage(source, frame, geometry, maxSide);
    const input: tf.Tensor4D = tf.div(tf.sub(tf.div(resampled, 255), tf.tensor1d([...PIXEL_MEAN])), tf.tensor1d([...PIXEL_STD]));
    return mirrored ? mirroredInput(input, shift) : input;
  });
}

function resampleImage(image: BrowserImage, frame: Frame, geometry: InputGeometry, maxSide: number): tf.Tensor4D {
  const shrink = Math.min(1, maxSide / Math.max(frame.width, frame.height));
  const width = Math.max(1, Math.floor(frame.width * shrink));
  const height = Math.max(1, Math.floor(frame.height * shrink));
  // Not left to tf.browser.fromPixels, which takes an image's size on the page for its size in pixels
  // and knows no VideoFrame.
  const canvas = drawImage(image, width, height);
  const pixels = tf.cast(tf.expandDims(readable(() => tf.browser.fromPixels(canvas as HTMLCanvasElement))), 'float32');
  const { stepX, startX, stepY, startY } = frameSampling(geometry, { width, height });
  const transform = tf.tensor2d([[stepX, 0, startX, 0, stepY, startY, 0, 0]]);
  return tf.image.transform(pixels as tf.Tensor4D, transform, 'bilinear', 'constant', 0, [geometry.height, geometry.width]);
}

function mirroredInput(input: tf.Tensor4D, shift: number): tf.Tensor4D {
  const kept = tf.slice4d(tf.reverse4d(input, 2), [0, 0, shift, 0], [-1, -1, -1, -1]);
  return tf.pad4d(kept, [
    [0, 0],
    [0, 0],
    [0, shift],
    [0, 0],
  ]);
}
