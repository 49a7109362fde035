import * as tf from '@tensorflow/tfjs-core';
import { ManyposeError } from '../errors.ts';
import type { TrainingRules } from './target-settings.ts';
import type { TargetTensors } from './target-tensors.ts';
import { withGradient } from './with-gradient.ts';

/** A network's answers for B images, channels last. */
export interface Predictions {
  /** [B, h, w, K]; HrHRNet's three branches apart, which are compared one by one. */
  readonly heatmaps: tf.Tensor4D | readonly tf.Tensor4D[];
  /** [B, h, w, 1]. */
  readonly centerMap: tf.Tensor4D;
  /** [B, h, w, 2K]. */
  readonly offsetMap: tf.Tensor4D;
  /** [B, 2h, 2w, K]: HrHRNet's. */
  readonly heatmaps2x?: tf.Tensor4D;
}

/** Scalars, each with its factor; `total` is their sum. */
export interface Losses {
  readonly total: tf.Scalar;
  readonly heatmaps: tf.Scalar;
  readonly offsets: tf.Scalar;
}

/** λ: of the offset loss, and by the paper also of the center heatmap's. */
const LAMBDA = 0.01;

/** Where smooth L1 turns from a parabola into a line. */
const BETA: Record<TrainingRules, number> = { released: 1 / 9, paper: 1 };

const LOSSES: Record<TrainingRules, (predicted: Predictions, targets: TargetTensors, targets2x?: TargetTensors) => Losses> = {
  released({ heatmaps, centerMap, offsetMap, heatmaps2x }, targets, targets2x) {
    const [images, height, width, keypoints] = targets.heatmaps.shape;
    const branches = branchesOf(heatmaps);
    const factor = 1 / (images * (keypoints + 1) * height * width);
    const parts = branches.map((branch) =>
      weightedSquares(branch, targets.heatmaps, targets.heatmapWeights, factor / branches.length),
    );
    parts.push(weightedSquares(centerMap, targets.centerMap, targets.centerWeights, factor));
    if (heatmaps2x) parts.push(weightedSquares(heatmaps2x, targets2x!.heatmaps, targets2x!.heatmapWeights, 1 / heatmaps2x.size));
    const count = tf.sum(tf.cast(tf.greater(targets.offsetWeights, 0), 'float32'));
    return losses(
      parts,
      smoothL1(offsetMap, targets.offsetMap, tf.div(targets.offsetWeights, tf.maximum(count, 1)), BETA.released),
    );
  },

  paper({ heatmaps, centerMap, offsetMap, heatmaps2x }, targets, targets2x) {
    const keypoints = (predicted: tf.Tensor4D, { heatmaps: target, heatmapWeights }: TargetTensors): tf.Scalar =>
      weightedSquares(predicted, target, tf.square(heatmapWeights), 1);
    const parts = branchesOf(heatmaps).map((branch) => keypoints(branch, targets));
    if (heatmaps2x) parts.push(keypoints(heatmaps2x, targets2x!));
    parts.push(weightedSquares(centerMap, targets.centerMap, targets.centerWeights, LAMBDA));
    return losses(parts, smoothL1(offsetMap, targets.offsetMap, targets.offsetWeights, BETA.paper));
  },
};

/**
 * The loss of a batch (paper section 3, reference section 4), for `tf.grads` and optimizers. It brings its
 * gradients along; TensorFlow.js' own need not be registered for it.
 *
 * - released: heatmaps: mean over images, channels and cells of weight · (prediction - target)², the center
 *   map being one of the K + 1 channels; HrHRNet: mean over its three branches, plus that of the 2x map.
 *   Offsets: 0.01 · Σ weight · smooth L1 (β = 1/9) over the batch / number of its non-zero weights.
 * - paper: sums over the batch. Keypoints: Σ (weight · (prediction - target))²; plus 0.01 · (Σ weight ·
 *   smooth L1 (β = 1) of the offsets + Σ (prediction - target)² of the center map where loss counts).
 *
 * @param targets2x those of the 2x map, if `predicted` has one.
 * @throws ManyposeError `invalid-argument` for predictions whose shapes are not the targets'.
 */
export function trainingLoss(
  predicted: Predictions,
  targets: TargetTensors,
  rules: TrainingRules = 'released',
  targets2x?: TargetTensors,
): Losses {
  if (!Object.hasOwn(LOSSES, rules))
    throw new ManyposeError('invalid-argument', `rules must be 'released' or 'paper', got '${String(rules)}'`);
  for (const heatmaps of branchesOf(predicted.heatmaps)) checkShape('heatmaps', heatmaps, targets.heatmaps);
  checkShape('centerMap', predicted.centerMap, targets.centerMap);
  checkShape('offsetMap', predicted.offsetMap, targets.offsetMap);
  if ((predicted.heatmaps2x === undefined) !== (targets2x === undefined)) {
    throw new ManyposeError('invalid-argument', '2x heatmaps need 2x targets, and the other way round');
  }
  if (predicted.heatmaps2x) checkShape('heatmaps2x', predicted.heatmaps2x, targets2x!.heatmaps);
  return LOSSES[rules](predicted, targets, targets2x);
}

function losses(heatmapParts: tf.Scalar[], offsets: tf.Scalar): Losses {
  const heatmaps = sum(heatmapParts);
  return { total: sum([heatmaps, offsets]), heatmaps, offsets };
}

const sum = (parts: tf.Scalar[]): tf.Scalar =>
  withGradient(
    parts,
    (...all) => tf.addN(all) as tf.Scalar,
    (dy) => parts.map(() => tf.clone(dy)),
  );

/** factor · Σ weight · (prediction - target)². */
function weightedSquares(predicted: tf.Tensor4D, target: tf.Tensor4D, weights: tf.Tensor4D, factor: number): tf.Scalar {
  return scalarOf(
    [predicted, target, weights],
    (x, t, w) => tf.mul(tf.sum(tf.mul(w, tf.squaredDifference(x, t))), factor),
    (x, t, w) => tf.mul(tf.mul(w, tf.sub(x, t)), 2 * factor),
  );
}

/** λ · Σ weight · smooth L1. Where there is no target the answer does not matter, even if it is not finite. */
function smoothL1(predicted: tf.Tensor4D, target: tf.Tensor4D, weights: tf.Tensor, beta: number): tf.Scalar {
  const difference: LossTerm = (x, t, w) => tf.sub(tf.where(tf.greater(w, 0), x, t), t);
  return scalarOf(
    [predicted, target, weights],
    (x, t, w) => {
      const distance = tf.abs(difference(x, t, w));
      const smooth = tf.where(tf.less(distance, beta), tf.div(tf.square(distance), 2 * beta), tf.sub(distance, beta / 2));
      return tf.mul(tf.sum(tf.mul(w, smooth)), LAMBDA);
    },
    (x, t, w) => tf.mul(tf.mul(w, tf.clipByValue(tf.div(difference(x, t, w), beta), -1, 1)), LAMBDA),
  );
}

type LossTerm = (predicted: tf.Tensor, target: tf.Tensor, weights: tf.Tensor) => tf.Tensor;

/** A number made of predictions, with its derivative by them. */
function scalarOf(
  [predicted, target, weights]: [tf.Tensor, tf.Tensor, tf.Tensor],
  value: LossTerm,
  derivative: LossTerm,
): tf.Scalar {
  return withGradient(
    [predicted],
    (x, t, w) => value(x, t, w) as tf.Scalar,
    (dy, x, t, w) => [tf.mul(derivative(x, t, w), dy)],
    [target, weights],
  );
}

function branchesOf(heatmaps: Predictions['heatmaps']): readonly tf.Tensor4D[] {
  return 'shape' in heatmaps ? [heatmaps] : heatmaps;
}

function checkShape(name: string, predicted: tf.Tensor, target: tf.Tensor): void {
  if (predicted.shape.join() === target.shape.join()) return;
  throw new ManyposeError('invalid-argument', `${name}: expected [${target.shape}], got [${predicted.shape}]`);
}
