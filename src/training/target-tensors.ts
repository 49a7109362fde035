import * as tf from '@tensorflow/tfjs-core';
import { ManyposeError } from '../errors.ts';
import { toChannelsLast } from '../tfjs/layout.ts';
import type { MapTargets } from './target-settings.ts';

/** The targets of B images on the backend, channels last; the caller disposes them. */
export interface TargetTensors extends tf.NamedTensorMap {
  /** [B, h, w, K]. */
  readonly heatmaps: tf.Tensor4D;
  /** [B, h, w, 1]. */
  readonly centerMap: tf.Tensor4D;
  /** [B, h, w, 1 or K]. */
  readonly heatmapWeights: tf.Tensor4D;
  /** [B, h, w, 1]. */
  readonly centerWeights: tf.Tensor4D;
  /** [B, h, w, 2K]. */
  readonly offsetMap: tf.Tensor4D;
  /** [B, h, w, 2K]. */
  readonly offsetWeights: tf.Tensor4D;
}

/** @throws ManyposeError `invalid-argument` without images, or for maps of different sizes. */
export function targetTensors(images: readonly MapTargets[]): TargetTensors {
  if (images.length === 0) throw new ManyposeError('invalid-argument', 'expected the targets of at least one image');
  const [{ width, height, keypoints }] = images;
  const other = images.find((image) => image.width !== width || image.height !== height || image.keypoints !== keypoints);
  if (other) {
    throw new ManyposeError(
      'invalid-argument',
      `expected ${keypoints} keypoints on ${width}×${height} cells, got ${other.keypoints} on ${other.width}×${other.height}`,
    );
  }
  const stacked = (planesOf: (image: MapTargets) => Float32Array): tf.Tensor4D => {
    const length = planesOf(images[0]).length;
    const channels = length / (width * height);
    const values = new Float32Array(images.length * length);
    images.forEach((image, i) => values.set(toChannelsLast(planesOf(image), channels), i * length));
    return tf.tensor4d(values, [images.length, height, width, channels]);
  };
  return {
    heatmaps: stacked((image) => image.heatmaps),
    centerMap: stacked((image) => image.centerMap),
    heatmapWeights: stacked((image) => image.heatmapWeights),
    centerWeights: stacked((image) => image.centerWeights),
    offsetMap: stacked((image) => image.offsetMap),
    offsetWeights: stacked((image) => image.offsetWeights),
  };
}
