import { describe, expect, it } from 'vitest';
import { createScoringNet } from '../../src/decode/scoring-net.ts';
import { parseAnnotations } from '../../src/evaluation/coco-annotations.ts';
import type { Weights } from '../../src/network/weights.ts';
import { KEYPOINT_SETS } from '../../src/pose.ts';
import { createAdam } from '../../src/training/adam.ts';
import { createScorerNetwork, initialScorer } from '../../src/training/scorer-network.ts';
import type { ScorerPair } from '../../src/training/scorer-pairs.ts';
import { featuresOf, scorerPairs } from '../../src/training/scorer-pairs.ts';
import { seededRandom } from '../../src/training/seeded-random.ts';
import { rescore, trainScorer } from '../../src/training/train-scorer.ts';
import { evalFixture } from '../support/eval-fixtures.ts';
import { uniformDraws } from '../support/formula-weights.ts';
import { ownArrays, readOwn } from '../support/training-fixtures.ts';

interface Layer {
  sum: number;
  sum_of_absolute_values: number;
  first: number[];
  changed?: number;
}
interface ReleasedTraining {
  layers: [name: string, shape: number[]][];
  poses: [number, number, number][][];
  targets: number[];
  oks_in_file: number[];
  losses_of_steps_1_to_5: number[];
  learning_rate: number;
  weights_before: Record<string, Layer>;
  weights_after_1_step: Record<string, Layer>;
}
const released = readOwn<Record<'coco' | 'crowdpose', ReleasedTraining>>('scoring');

function formulaNet(layers: ReleasedTraining['layers']): Weights {
  return new Map(
    layers.map(([name, shape]) => {
      const draw = uniformDraws(name);
      const scale = shape.length === 2 ? Math.sqrt(6 / shape[1]) : 0.1;
      return [
        name,
        { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * (2 * draw() - 1)) },
      ];
    }),
  );
}

const worst = (ours: ArrayLike<number>, golden: ArrayLike<number>): number =>
  Array.from(golden).reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i])), 0);

describe.each(['coco', 'crowdpose'] as const)('the scoring net for %s in training', (set) => {
  const {
    layers,
    poses,
    targets,
    losses_of_steps_1_to_5: losses,
    learning_rate: rate,
    weights_before,
    weights_after_1_step: after,
  } = released[set];
  const arrays = ownArrays(`scoring_${set}`);
  const features = poses.map((pose) => featuresOf({ keypoints: pose.flat(), score: 0 }, KEYPOINT_SETS[set]));
  const network = createScorerNetwork(set, formulaNet(layers));
  const named = (of: readonly Float64Array[]): [string, Float64Array][] => layers.map(([name], i) => [name, of[i]]);
  const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

  it('starts from the same weights and features', () => {
    features.forEach((row, i) =>
      expect(worst(row, arrays('features').data.subarray(i * row.length, (i + 1) * row.length))).toBeLessThan(6e-7),
    );
    for (const [name, values] of named(network.parameters)) expect(sum(values)).toBeCloseTo(weights_before[name].sum, 4);
    expect(worst(network.predict(features), arrays('outputs').data)).toBeLessThan(1e-5);
  });

  it("goes the released code's five steps of Adam", () => {
    const adam = createAdam(network.parameters);
    losses.forEach((loss, step) => {
      const before = network.parameters.map((values) => values.slice());
      expect(network.backward(features, targets) / loss - 1, `loss before step ${step + 1}`).toBeCloseTo(0, 4);
      if (step === 0) {
        for (const [name, gradient] of named(network.gradients)) {
          const golden = arrays(/l[12].weight/.test(name) ? `gradient_${name}_first_2_rows` : `gradient_${name}`).data;
          expect(worst(gradient, golden) / Math.max(...golden.map(Math.abs)), `gradient of ${name}`).toBeLessThan(2e-6);
        }
      }
      adam.step(network.gradients, { rate });
      if (step > 0) return;
      named(network.parameters).forEach(([name, values], i) => {
        const golden = arrays(/l[12].weight/.test(name) ? `after_${name}_first_2_rows` : `after_${name}`).data;
        expect(worst(values, golden), name).toBeLessThan(2e-7);
        expect(Math.abs(sum(values) - after[name].sum), name).toBeLessThan(3e-5);
        expect(values.filter((value, j) => value !== before[i][j]).length, name).toBe(after[name].changed);
      });
      expect(worst(network.predict(features), arrays('outputs_after').data)).toBeLessThan(1e-5);
    });
  });
});

interface Table4 {
  annotations: unknown;
  expected: { final: { images: Record<string, { keypoints: number[][][]; scores: number[] }> } };
}
const table4 = evalFixture<Table4>('table4.json.gz');
const annotations = parseAnnotations(table4.annotations);
const detections = new Map(
  Object.entries(table4.expected.final.images).map(([id, { keypoints, scores }]) => [
    Number(id),
    keypoints.map((pose, i) => ({ keypoints: pose.flat(), score: scores[i] })),
  ]),
);

it('pairs poses with what they are worth, as the released code does', () => {
  const golden = readOwn<{ pairs: [string, number, number, number, number][]; features: Record<string, number[]> }>(
    'scorer_pairs',
  );
  const pairs = scorerPairs(annotations, detections);
  expect(pairs).toHaveLength(96);
  pairs.forEach(({ range, image, rank, similarity, target, features }, i) => {
    const [expectedRange, expectedImage, expectedRank, expectedSimilarity, expectedTarget] = golden.pairs[i];
    expect([range, image, rank]).toEqual([expectedRange, expectedImage, expectedRank]);
    expect(Math.abs(similarity - expectedSimilarity)).toBeLessThan(2e-6);
    expect(Math.abs(target - expectedTarget)).toBeLessThan(2e-6);
    const row = golden.features[`${image}:${rank}`];
    if (row) expect(worst(features, row)).toBeLessThan(2e-6);
  });
  expect(pairs.filter(({ similarity, target }) => similarity === 1 && target === 0)).toHaveLength(1);
});

describe('training a scorer', () => {
  const random = seededRandom(5);
  // Poses are worth what their keypoints' scores say.
  const pairs = Array.from({ length: 200 }, (_, i): ScorerPair => {
    const score = random();
    const keypoints = Array.from({ length: 17 }, () => [100 * random(), 100 * random(), score * (0.8 + 0.4 * random())]).flat();
    const features = featuresOf({ keypoints, score }, KEYPOINT_SETS.coco);
    return { image: i, rank: 0, range: 'all', similarity: score, target: score, features };
  });

  it('learns what there is to learn, the same for the same seed', () => {
    const errors: number[] = [];
    const settings = { epochs: 60, batch: 50, seed: 3, onEpoch: (_: number, error: number) => errors.push(error) };
    const weights = trainScorer(pairs, 'coco', settings);
    expect(errors).toHaveLength(60);
    expect(errors[59]).toBeLessThan(0.01);
    expect(errors[0]).toBeGreaterThan(0.05);
    const short = { ...settings, epochs: 4, onEpoch: undefined };
    expect(trainScorer(pairs, 'coco', short)).toEqual(trainScorer(pairs, 'coco', short));

    const poses = table4.expected.final.images[1].keypoints.map((pose) => ({ keypoints: pose.flat(), score: 0 }));
    const [{ score }] = rescore(new Map([[1, poses]]), annotations, weights).get(1)!;
    const keypoints = table4.expected.final.images[1].keypoints[0].map(([x, y, value]) => ({ x, y, score: value }));
    const mean = keypoints.reduce((sum, keypoint) => sum + keypoint.score, 0) / 17;
    expect(score).toBeCloseTo(mean * createScoringNet('coco', weights)(keypoints), 6);
  });

  it('starts uniform within √(3 / inputs), biases 0', () => {
    const start = initialScorer('coco', seededRandom(1));
    const { data } = start.get('l1.weight')!;
    expect(Math.max(...data.map(Math.abs))).toBeGreaterThan(0.99 * Math.sqrt(3 / 74));
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(Math.fround(Math.sqrt(3 / 74)));
    expect(start.get('l2.bias')!.data.every((value) => value === 0)).toBe(true);
  });

  it('refuses what it cannot do', () => {
    expect(() => trainScorer([], 'coco')).toThrow('nothing to learn from');
    expect(() => trainScorer(pairs, 'coco', { epochs: 0 })).toThrow('epochs must be a whole number from 1, got 0');
    expect(() => trainScorer(pairs, 'coco', { rate: NaN })).toThrow('rate must be above 0');
    expect(() => trainScorer(pairs, 'crowdpose')).toThrow('expected 59 features for crowdpose, got 74');
    expect(() => createScorerNetwork('coco', new Map())).toThrow('l1.weight: expected shape [256,74], got nothing');
  });
});
