import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createScoringNet, scoringFeatures } from '../../src/decode/scoring-net.ts';
import type { Weights } from '../../src/network/weights.ts';
import { uniformDraws } from '../support/formula-weights.ts';

interface OfficialScores {
  layers: [name: string, shape: number[]][];
  /** [5][K][x, y, score] in image pixels. */
  poses: [number, number, number][][];
  naive_scores: number[];
  outputs: number[];
  final_scores: number[];
  features: number[][];
}

const official: Record<'coco' | 'crowdpose', OfficialScores> = JSON.parse(
  readFileSync(new URL('../fixtures/scoring/official.json', import.meta.url), 'utf8'),
);

function formulaNet(layers: OfficialScores['layers']): Weights {
  return new Map(
    layers.map(([name, shape]) => {
      const draw = uniformDraws(name);
      const scale = shape.length === 2 ? Math.sqrt(6 / shape[1]) : 0.1;
      const length = shape.reduce((product, size) => product * size, 1);
      return [name, { shape, data: Float32Array.from({ length }, () => scale * (2 * draw() - 1)) }];
    }),
  );
}

for (const set of ['coco', 'crowdpose'] as const) {
  const { layers, poses, naive_scores: naive, outputs, final_scores: final, features } = official[set];
  const people = poses.map((pose) => pose.map(([x, y, score]) => ({ x, y, score })));

  describe(`the scoring net for ${set}`, () => {
    it("takes the released code's features", () => {
      people.forEach((person, i) => {
        const ours = scoringFeatures(set, person);
        expect(ours).toHaveLength(features[i].length);
        features[i].forEach((value, j) => expect(ours[j], `feature ${j} of pose ${i}`).toBeCloseTo(value, 5));
      });
    });

    it('predicts what it predicts', () => {
      const net = createScoringNet(set, formulaNet(layers));
      people.forEach((person, i) => {
        // The released code computes in float32.
        expect(net(person)).toBeCloseTo(outputs[i], 5);
        expect(net(person) * naive[i]).toBeCloseTo(final[i], 5);
      });
    });
  });
}

it('a pose that is no pose is worth nothing, and a net that is not whole is refused', () => {
  const weights = formulaNet(official.coco.layers);
  const nowhere = official.coco.poses[0].map(() => ({ x: Number.NaN, y: 0, score: 1 }));
  expect(createScoringNet('coco', weights)(nowhere)).toBe(0);
  const partial = new Map([...weights].filter(([name]) => name !== 'l2.bias'));
  expect(() => createScoringNet('coco', partial)).toThrow('the scoring net has no l2');
});
