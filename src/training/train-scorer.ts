import { ManyposeError } from '../errors.ts';
import type { Annotations, Detection, Detections } from '../evaluation/annotations.ts';
import type { Weights } from '../network/weights.ts';
import type { KeypointSet } from '../pose.ts';
import { createAdam } from './adam.ts';
import type { ScorerPair } from './scorer-pairs.ts';
import { featuresOf } from './scorer-pairs.ts';
import { createScorerNetwork, initialScorer } from './scorer-network.ts';
import { seededRandom, shuffle } from './seeded-random.ts';

export interface ScorerTraining {
  /** Times that all pairs are gone through; 20 if left out. */
  readonly epochs?: number;
  /** Pairs to a step, 1024 if left out (all, if there are fewer); an epoch's last incomplete step is left out. */
  readonly batch?: number;
  /** Adam's; 1e-3 if left out. */
  readonly rate?: number;
  /** Of the first weights and of the order; 0 if left out. */
  readonly seed?: number;
  /** Called after every epoch with the mean squared error of its steps. */
  readonly onEpoch?: (epoch: number, error: number) => void;
}

/**
 * Trains a scoring net on pairs of pose and similarity, as the released code does (reference section 4):
 * mean squared error, Adam, 20 epochs of steps of 1024 pairs in random order.
 *
 * @returns `l1`, `l2`, `l3` `.weight` [out, in] and `.bias` [out].
 * @throws ManyposeError `invalid-argument` without pairs or for settings that are none.
 */
export function trainScorer(pairs: readonly ScorerPair[], set: KeypointSet['id'], settings: ScorerTraining = {}): Weights {
  const { epochs = 20, batch = 1024, rate = 1e-3, seed = 0, onEpoch } = settings;
  if (pairs.length === 0)
    throw new ManyposeError('invalid-argument', 'there is nothing to learn from: no poses in images with people');
  for (const [name, value] of Object.entries({ epochs, batch })) {
    if (!(Number.isInteger(value) && value > 0))
      throw new ManyposeError('invalid-argument', `${name} must be a whole number from 1, got ${value}`);
  }
  if (!(rate > 0)) throw new ManyposeError('invalid-argument', `rate must be above 0, got ${rate}`);
  const random = seededRandom(seed);
  const network = createScorerNetwork(set, initialScorer(set, random));
  const adam = createAdam(network.parameters);
  const order = [...pairs];
  const size = Math.min(batch, pairs.length);
  const steps = Math.floor(pairs.length / size);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    let error = 0;
    for (let step = 0; step < steps; step++) {
      const chosen = order.slice(step * size, (step + 1) * size);
      error +=
        network.backward(
          chosen.map(({ features }) => features),
          chosen.map(({ target }) => target),
        ) / steps;
      adam.step(network.gradients, { rate });
    }
    onEpoch?.(epoch, error);
  }
  return network.weights();
}

/** Poses scored by the mean of their keypoints' scores alone. */
export function naiveScores(detections: Detections): Detections {
  return scored(detections, (poses) => poses.map(({ keypoints }) => meanScore(keypoints)));
}

/** Poses scored by the mean of their keypoints' scores times what a scoring net says of them (NaN counts 0). */
export function rescore(detections: Detections, { keypointSet }: Annotations, scorer: Weights): Detections {
  const network = createScorerNetwork(keypointSet.id, scorer);
  return scored(detections, (poses) => {
    const worth = network.predict(poses.map((pose) => featuresOf(pose, keypointSet)));
    return poses.map(({ keypoints }, i) => meanScore(keypoints) * (Number.isNaN(worth[i]) ? 0 : worth[i]));
  });
}

function scored(detections: Detections, scoresOf: (poses: readonly Detection[]) => number[]): Detections {
  return new Map(
    [...detections].map(([image, poses]) => {
      const scores = scoresOf(poses);
      return [image, poses.map((pose, i) => ({ ...pose, score: scores[i] }))];
    }),
  );
}

function meanScore(keypoints: readonly number[]): number {
  return keypoints.reduce((sum, value, i) => (i % 3 === 2 ? sum + value : sum), 0) / (keypoints.length / 3);
}
