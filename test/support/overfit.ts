import * as tf from '@tensorflow/tfjs-core';
import type { Annotations, Detections } from '../../src/evaluation/annotations.ts';
import { cocoResults, parseResults } from '../../src/evaluation/coco-results.ts';
import type { PixelData } from '../../src/frame.ts';
import type { Network } from '../../src/network/network.ts';
import type { Pose } from '../../src/pose.ts';
import { COCO } from '../../src/pose.ts';
import { atStride } from '../../src/training/affine.ts';
import { NO_AUGMENTATION, cropMatrix } from '../../src/training/augmentation.ts';
import type { Checkpoint } from '../../src/training/initial-weights.ts';
import { initialCheckpoint } from '../../src/training/initial-weights.ts';
import { trainingLoss } from '../../src/training/losses.ts';
import { placePeople } from '../../src/training/people.ts';
import { regionOnMap, wholePicture } from '../../src/training/region.ts';
import { normalisePicture, samplePicture } from '../../src/training/sample-picture.ts';
import { seededRandom } from '../../src/training/seeded-random.ts';
import type { TargetTensors } from '../../src/training/target-tensors.ts';
import { targetTensors } from '../../src/training/target-tensors.ts';
import type { TrainingRules } from '../../src/training/target-settings.ts';
import { makeTargets } from '../../src/training/targets.ts';
import { createTrainableNetwork } from '../../src/training/trainable-network.ts';
import type { StickPicture } from './stick-people.ts';

/**
 * Part of the steps that the running statistics no longer move, so that what is trained is what will run. They differ from
 * those of a batch whose smallest maps have 16 values: the rate must still be high enough to make good for that.
 */
const SETTLED = 0.5;

export interface Overfit {
  readonly steps: number;
  readonly rate: number;
  /** Side of the network's input. */
  readonly size: number;
  readonly rules?: TrainingRules;
  readonly onStep?: (step: number, loss: number) => void;
}

/** Trains a network from random weights on a few pictures, all in every step. */
export async function overfit(
  network: Network,
  pictures: readonly StickPicture[],
  { steps, rate, size, rules, onStep }: Overfit,
): Promise<Checkpoint> {
  const { images, targets } = batchOf(pictures, size, rules);
  const trainable = createTrainableNetwork(network, initialCheckpoint(network, seededRandom(1)));
  const variables = [...trainable.variables.values()];
  const optimizer = tf.train.adam(rate);
  for (let step = 0; step < steps; step++) {
    // Falls to a hundredth, as a cosine.
    (optimizer as unknown as { learningRate: number }).learningRate =
      rate * (0.01 + 0.99 * 0.5 * (1 + Math.cos((Math.PI * step) / steps)));
    const statistics = step < (1 - SETTLED) * steps ? 'batch' : 'running';
    const { value, grads } = tf.variableGrads(
      () => trainingLoss(trainable.predict(images, statistics), targets, rules).total,
      variables,
    );
    optimizer.applyGradients(grads as Parameters<typeof optimizer.applyGradients>[0]);
    onStep?.(step, value.dataSync()[0]);
    tf.dispose([value, grads]);
  }
  const checkpoint = await trainable.checkpoint();
  trainable.dispose();
  optimizer.dispose();
  tf.dispose([images, targets]);
  return checkpoint;
}

function batchOf(
  pictures: readonly StickPicture[],
  size: number,
  rules?: TrainingRules,
): { images: tf.Tensor4D; targets: TargetTensors } {
  const side = size / 4;
  const crops = pictures.map(({ pixels: { width, height } }) => cropMatrix(NO_AUGMENTATION, width, height, size));
  const inputs = pictures.map(({ pixels }, i) => normalisePicture(samplePicture(pixels, crops[i], size)));
  const images = tf.tensor4d(Float32Array.from(inputs.flatMap((input) => [...input])), [pictures.length, size, size, 3]);
  return {
    images,
    targets: targetTensors(
      pictures.map(({ pixels: { width, height }, people }, i) => {
        const matrix = atStride(crops[i], 4);
        const placed = placePeople(people, COCO, { matrix, stride: 4, mapSize: side, flip: false });
        return makeTargets(
          placed,
          regionOnMap(wholePicture(width, height), matrix, side),
          { width: side, height: side },
          COCO,
          rules,
        );
      }),
    ),
  };
}

/** What a detector finds in the pictures, as results. */
export async function detectionsOf(
  pictures: readonly StickPicture[],
  annotations: Annotations,
  estimate: (pixels: PixelData) => Promise<Pose[]>,
): Promise<Detections> {
  const results = [];
  for (const [i, { pixels }] of pictures.entries())
    results.push(...cocoResults(i + 1, await estimate(pixels), annotations.categoryId));
  return parseResults(results, annotations);
}
