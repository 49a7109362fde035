import { describe, expect, it } from 'vitest';
import { precisionRecallCurves } from '../../src/evaluation/curves.ts';
import { scoresOf } from '../../src/evaluation/evaluate.ts';
import { THRESHOLDS } from '../../src/evaluation/rules.ts';
import { evalFixture, evalSet } from '../support/eval-fixtures.ts';

interface Curve {
  precision: number[];
  score: number[];
  recall: number;
}
type Expected = Record<'coco_dataset' | 'open60', Record<string, Curve> & { stats: number[] }>;

/** The numbers have six decimals. */
const TOLERANCE = 1e-6;
const expected = evalFixture<Expected>('curves.json.gz');

describe.each([
  ['coco_dataset', 'photo139099'],
  ['open60', 'open60'],
] as const)("pycocotools' curves, %s", (name, set) => {
  const { annotations, detections } = evalSet(set);
  const curves = precisionRecallCurves(annotations, detections);

  it.each(['all', 'medium', 'large'] as const)('of %s people', (group) => {
    for (const threshold of ['0.50', '0.75', '0.95']) {
      const { precision, score, recall } = expected[name][`${group}_${threshold}`];
      const curve = curves[group]![THRESHOLDS.findIndex((each) => Math.abs(each - Number(threshold)) < 1e-9)]!;
      const difference = Math.max(
        ...precision.map((value, i) => Math.abs(value - curve.precision[i])),
        ...score.map((value, i) => Math.abs(value - curve.score[i])),
        Math.abs(recall - curve.recall),
      );
      expect(precision).toHaveLength(curve.precision.length);
      expect(difference, `${group} at ${threshold}`).toBeLessThan(TOLERANCE);
    }
  });

  it('give its ten scores', () => {
    const scores = Object.values(scoresOf(curves));
    expect(scores).toHaveLength(10);
    expected[name].stats.forEach((value, i) => expect(Math.abs(scores[i]! - value)).toBeLessThan(TOLERANCE));
  });
});
