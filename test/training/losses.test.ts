import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { COCO } from '../../src/pose.ts';
import type { KeypointSet } from '../../src/pose.ts';
import { toChannelsLast, toPlanes } from '../../src/tfjs/layout.ts';
import { LEARNING_RATES, learningRateAt } from '../../src/training/learning-rate.ts';
import { trainingLoss } from '../../src/training/losses.ts';
import type { TargetTensors } from '../../src/training/target-tensors.ts';
import { targetTensors } from '../../src/training/target-tensors.ts';
import type { MapTargets, TrainingRules } from '../../src/training/target-settings.ts';
import { makeTargets } from '../../src/training/targets.ts';
import { uniformDraws } from '../support/formula-weights.ts';
import { relativeError } from '../support/relative-error.ts';
import type { Arrays, TargetCase } from '../support/training-fixtures.ts';
import { ownArrays, peopleOf, readOwn, readShared, setOf, sharedArrays } from '../support/training-fixtures.ts';

interface GoldenLosses {
  cases: string[];
  heatmap_loss_per_image: number[][];
  offset_loss: (number | null)[];
  total: number;
}
const golden = readShared<Record<'coco_4x' | 'coco_2x' | 'crowdpose_4x', GoldenLosses>>('losses');

beforeAll(() => tf.setBackend('cpu'));

/** The released code's own targets, so that this is about losses alone. */
function releasedTargets(name: string, prefix = ''): MapTargets {
  const arrays = sharedArrays(`targets_${name}`);
  const {
    data: heatmaps,
    shape: [maps, height, width],
  } = arrays(`${prefix}heatmaps`);
  const weights = arrays(`${prefix}weights`).data;
  const cut = (maps - 1) * height * width;
  return {
    width,
    height,
    keypoints: maps - 1,
    heatmaps: heatmaps.slice(0, cut),
    centerMap: heatmaps.slice(cut),
    heatmapWeights: weights,
    centerWeights: weights,
    offsetMap: arrays(`${prefix}offsets`).data,
    offsetWeights: arrays(`${prefix}offset_weights`).data,
  };
}

/** Channels first..last - 1 of an array [..., B, C, h, w], channels last. */
function channels(arrays: Arrays, name: string, first = 0, last?: number): tf.Tensor4D {
  const { data, shape } = arrays(name);
  const [batch, count, height, width] = shape.slice(-4);
  const end = last ?? count;
  const images = Array.from({ length: batch }, (_, b) => {
    const cells = height * width;
    return toChannelsLast(data.slice((b * count + first) * cells, (b * count + end) * cells), end - first);
  });
  return tf.tensor4d(Float32Array.from(images.flatMap((image) => [...image])), [batch, height, width, end - first]);
}

/** The gradient [B, h, w, C] against planes [B, C, h, w], relative to their maximum. */
function gradientError(gradient: tf.Tensor, expected: tf.Tensor): number {
  return relativeError(gradient.dataSync(), expected.dataSync());
}

describe('the released losses', () => {
  it.each([
    { name: 'coco_4x', keypoints: 17, arrays: sharedArrays('losses_coco_4x') },
    { name: 'crowdpose_4x', keypoints: 14, arrays: ownArrays('losses_crowdpose_4x') },
  ] as const)('of a 4x network, and their gradients: $name', ({ name, keypoints, arrays }) => {
    const {
      cases,
      heatmap_loss_per_image: [perImage],
      offset_loss: [offsets],
      total,
    } = golden[name];
    const targets = targetTensors(cases.map((each) => releasedTargets(each)));
    const parts = {
      heatmaps: channels(arrays, 'heatmaps', 0, keypoints),
      centerMap: channels(arrays, 'heatmaps', keypoints),
      offsetMap: channels(arrays, 'offsets'),
    };

    const losses = trainingLoss(parts, targets);
    expect(losses.total.dataSync()[0] / total).toBeCloseTo(1, 6);
    expect(losses.offsets.dataSync()[0] / offsets!).toBeCloseTo(1, 6);
    expect(losses.heatmaps.dataSync()[0] / (perImage.reduce((sum, loss) => sum + loss) / perImage.length)).toBeCloseTo(1, 6);

    const [heatmaps, centerMap, offsetMap] = tf.grads(
      (h, c, o) =>
        trainingLoss({ heatmaps: h as tf.Tensor4D, centerMap: c as tf.Tensor4D, offsetMap: o as tf.Tensor4D }, targets).total,
    )([parts.heatmaps, parts.centerMap, parts.offsetMap]);
    expect(gradientError(heatmaps, channels(arrays, 'grad_heatmaps', 0, keypoints))).toBeLessThan(2e-6);
    expect(gradientError(centerMap, channels(arrays, 'grad_heatmaps', keypoints))).toBeLessThan(2e-6);
    expect(gradientError(offsetMap, channels(arrays, 'grad_offsets'))).toBeLessThan(2e-6);
  });

  it('of HrHRNet: three branches with one center map, and the 2x map', () => {
    const {
      heatmap_loss_per_image: [[loss4x], [loss2x]],
      offset_loss: [offsets],
      total,
    } = golden.coco_2x;
    const arrays = ownArrays('losses_coco_2x');
    const [targets, targets2x] = ['map32_', 'map64_'].map((prefix) => targetTensors([releasedTargets('coco_2x', prefix)]));
    const branch = (name: string) =>
      [0, 1, 2].map((i): tf.Tensor4D => {
        const { data } = arrays(name);
        return tf.tensor4d(toChannelsLast(data.slice(i * 17 * 1024, (i + 1) * 17 * 1024), 17), [1, 32, 32, 17]);
      });
    const branches = branch('branch_heatmaps');
    const [centerMap, offsetMap, heatmaps2x] = ['center_map', 'offsets', 'heatmaps_2x'].map((name) => channels(arrays, name));

    const losses = trainingLoss({ heatmaps: branches, centerMap, offsetMap, heatmaps2x }, targets, 'released', targets2x);
    expect(losses.heatmaps.dataSync()[0] / (loss4x + loss2x)).toBeCloseTo(1, 6);
    expect(losses.offsets.dataSync()[0] / offsets!).toBeCloseTo(1, 6);
    expect(losses.total.dataSync()[0] / total).toBeCloseTo(1, 6);

    const gradients = tf.grads(
      (a, b, c, center, o, large) =>
        trainingLoss(
          {
            heatmaps: [a, b, c] as tf.Tensor4D[],
            centerMap: center as tf.Tensor4D,
            offsetMap: o as tf.Tensor4D,
            heatmaps2x: large as tf.Tensor4D,
          },
          targets,
          'released',
          targets2x,
        ).total,
    )([...branches, centerMap, offsetMap, heatmaps2x]);
    const expected = [
      ...branch('grad_branch_heatmaps'),
      ...['grad_center_map', 'grad_offsets', 'grad_heatmaps_2x'].map((name) => channels(arrays, name)),
    ];
    gradients.forEach((gradient, i) => expect(gradientError(gradient, expected[i])).toBeLessThan(2e-6));
  });
});

it("the paper's loss: masks squared, the center under λ, sums", () => {
  const expected = readOwn<{
    total: number;
    keypoint_loss: number;
    offset_loss: number;
    center_loss: number;
    sizes: number[];
    lambda: number;
  }>('paper_rules');
  const {
    joints_maps: [joints],
    box_area_input: areas,
  } = readShared<Record<string, TargetCase>>('targets').coco_4x_a;
  const region = Uint8Array.from(sharedArrays('targets_coco_4x_a')('region_mask').data);
  const targets = targetTensors([
    makeTargets(peopleOf(joints, areas, expected.sizes), region, { width: 48, height: 48 }, COCO, 'paper'),
  ]);
  const arrays = sharedArrays('losses_coco_4x');
  const first = (tensor: tf.Tensor4D): tf.Tensor4D => tf.slice4d(tensor, [0, 0, 0, 0], [1, -1, -1, -1]);
  const losses = trainingLoss(
    {
      heatmaps: first(channels(arrays, 'heatmaps', 0, 17)),
      centerMap: first(channels(arrays, 'heatmaps', 17)),
      offsetMap: first(channels(arrays, 'offsets')),
    },
    targets,
    'paper',
  );
  expect(losses.total.dataSync()[0] / expected.total).toBeCloseTo(1, 6);
  expect(losses.offsets.dataSync()[0] / (expected.lambda * expected.offset_loss)).toBeCloseTo(1, 6);
  expect(losses.heatmaps.dataSync()[0] / (expected.keypoint_loss + expected.lambda * expected.center_loss)).toBeCloseTo(1, 6);
});

it.each(['released', 'paper'] as const)('the %s gradients are those of the losses, numerically', (rules) => {
  const random = uniformDraws('losses');
  const [person] = peopleOf(
    [[...COCO.names.map(() => [8 * random(), 8 * random(), 2] as [number, number, number]), [4, 4, 2]]],
    [900],
    [45],
  );
  const targets = targetTensors([makeTargets([person], new Uint8Array(64).fill(1), { width: 8, height: 8 }, COCO, rules)]);
  const predicted = [17, 1, 34].map((count) => Float32Array.from({ length: 64 * count }, () => 3 * random()));
  const loss = (values: Float32Array[], of: 'heatmaps' | 'offsets'): number => {
    const [heatmaps, centerMap, offsetMap] = values.map((data) => tf.tensor4d(data, [1, 8, 8, data.length / 64]));
    return trainingLoss({ heatmaps, centerMap, offsetMap }, targets, rules)[of].dataSync()[0];
  };
  const gradients = tf.grads(
    (heatmaps, centerMap, offsetMap) =>
      trainingLoss(
        { heatmaps: heatmaps as tf.Tensor4D, centerMap: centerMap as tf.Tensor4D, offsetMap: offsetMap as tf.Tensor4D },
        targets,
        rules,
      ).total,
  )(predicted.map((data) => tf.tensor4d(data, [1, 8, 8, data.length / 64])));
  gradients.forEach((gradient, part) => {
    const analytic = gradient.dataSync() as Float32Array;
    // Along the gradient itself a loss rises by the gradient's squared length; by steps that float32 can tell.
    const squared = analytic.reduce((sum, value) => sum + value * value, 0);
    const step = 0.5 / Math.sqrt(squared);
    const moved = (by: number): Float32Array[] =>
      predicted.map((data, i) => (i === part ? data.map((value, j) => value + by * analytic[j]) : data));
    const of = part === 2 ? 'offsets' : 'heatmaps';
    const slope = (loss(moved(step), of) - loss(moved(-step), of)) / (2 * step);
    expect(slope / squared).toBeGreaterThan(0.99);
    expect(slope / squared).toBeLessThan(1.01);
  });
});

describe('answers and targets', () => {
  const size = { width: 4, height: 4 };
  const tensors = (rules: TrainingRules = 'released', set: KeypointSet = setOf('coco')): TargetTensors =>
    targetTensors([makeTargets([], new Uint8Array(16).fill(1), size, set, rules)]);
  const zeros = (channelCount: number, value = 0): tf.Tensor4D => tf.fill([1, 4, 4, channelCount], value) as tf.Tensor4D;

  it('need not agree where there is nothing to learn, however wrong', () => {
    for (const rules of ['released', 'paper'] as const) {
      const predict = (offsetMap: tf.Tensor4D) =>
        trainingLoss({ heatmaps: zeros(17), centerMap: zeros(1), offsetMap }, tensors(rules), rules).total;
      expect(predict(zeros(34, Infinity)).dataSync()[0]).toBe(0);
      expect(
        [
          ...tf
            .grad((o) => predict(o as tf.Tensor4D))(zeros(34, NaN))
            .dataSync(),
        ].every((value) => value === 0),
      ).toBe(true);
    }
  });

  it('must have the same shapes', () => {
    expect(() => trainingLoss({ heatmaps: zeros(14), centerMap: zeros(1), offsetMap: zeros(34) }, tensors())).toThrow(
      'heatmaps: expected [1,4,4,17], got [1,4,4,14]',
    );
    expect(() =>
      trainingLoss({ heatmaps: zeros(17), centerMap: zeros(1), offsetMap: zeros(34) }, tensors(), 'released', tensors()),
    ).toThrow('2x heatmaps need 2x targets');
    expect(() => targetTensors([])).toThrow('at least one image');
    const other = makeTargets([], new Uint8Array(16).fill(1), size, setOf('crowdpose'));
    expect(() => targetTensors([makeTargets([], new Uint8Array(16).fill(1), size, COCO), other])).toThrow(
      'expected 17 keypoints on 4×4 cells, got 14',
    );
  });

  it('come as planes again', () => {
    expect([...toPlanes(toChannelsLast(Float32Array.from([1, 2, 3, 4]), 2), 2)]).toEqual([1, 2, 3, 4]);
  });
});

describe('the learning rate', () => {
  it('falls to a tenth twice', () => {
    expect([0, 89, 90, 119, 120, 139].map((epoch) => learningRateAt(epoch, LEARNING_RATES.coco))).toEqual([
      1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5,
    ]);
    expect([199, 200, 260, 299].map((epoch) => learningRateAt(epoch, LEARNING_RATES.crowdpose))).toEqual([
      1e-3, 1e-4, 1e-5, 1e-5,
    ]);
  });
  it('ends with the schedule', () => {
    expect(() => learningRateAt(140, LEARNING_RATES.coco)).toThrow('an epoch from 0 to 139');
  });
});
