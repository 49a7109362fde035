import { describe, expect, it } from 'vitest';
import type { PoseError, Quality } from '../../src/evaluation/error-analysis/analyse-errors.ts';
import { analyseErrors } from '../../src/evaluation/error-analysis/analyse-errors.ts';
import { correctKeypoints } from '../../src/evaluation/error-analysis/correct-keypoints.ts';
import type { KeypointLabel } from '../../src/evaluation/error-analysis/label-keypoints.ts';
import { KEYPOINT_LABELS, labelKeypoints } from '../../src/evaluation/error-analysis/label-keypoints.ts';
import { bestDetections } from '../../src/evaluation/curves.ts';
import { COCO } from '../../src/pose.ts';
import { evalFixture, evalSet } from '../support/eval-fixtures.ts';

/** What Ronchi & Perona's own tool found (`README.md` of the fixtures). */
interface Counts {
  matched: number;
  keypoints: number;
  counts: Record<KeypointLabel, number>;
  per_keypoint: Record<KeypointLabel, number[]>;
}
interface Step {
  ap: number;
  recall: number;
  ap_at: number[];
  recall_at: number[];
}
interface Background {
  false_pos: number[];
  false_neg_counted: number[];
}
interface Range extends Counts {
  area: [number, number];
  annotations_counted: number;
  counted_only: Counts;
  rows: [number, number, number, number, 0 | 1, string | null][];
  alone: Record<string, Step>;
  progressive: Record<string, Step>;
  background: { alone: Background; progressive: Background };
}
interface Expected {
  ranges: Record<'all0' | 'all' | 'medium' | 'large', Range>;
  pairs: Record<string, { max: number[]; fixed: number[] }>;
}

/** The numbers have six decimals, corrected places three. */
const TOLERANCE = 1e-6;
const PLACE_TOLERANCE = 1e-3;
const NAMES: Record<PoseError, string> = {
  miss: 'miss',
  swap: 'swap',
  inversion: 'inversion',
  jitter: 'jitter',
  score: 'score',
  falsePositive: 'bckgd_false_pos',
  falseNegative: 'false_neg',
};
const LETTERS: Record<string, KeypointLabel | null> = { G: 'good', J: 'jitter', I: 'inversion', S: 'swap', M: 'miss', '-': null };

function expectNear(actual: readonly (number | null)[], expected: readonly number[], what: string): void {
  expect(
    actual.map((value) => value === null),
    what,
  ).toEqual(expected.map((value) => value === -1));
  const difference = Math.max(...actual.map((value, i) => Math.abs((value ?? -1) - expected[i])));
  expect(difference, what).toBeLessThan(TOLERANCE);
}

function expectQuality(actual: Quality, { ap, recall, ap_at: precisions, recall_at: recalls }: Step, error: string): void {
  // The tool reports these from the last threshold to the first.
  const inOrder = (values: number[]): number[] => (error === 'false_neg' ? [...values].reverse() : values);
  expectNear([actual.averagePrecision, actual.averageRecall], [ap, recall], error);
  expectNear(actual.precisions, inOrder(precisions), error);
  expectNear(actual.recalls, inOrder(recalls), error);
}

describe.each(['open60', 'photo139099'] as const)("the errors that Ronchi & Perona's tool finds in %s", (set) => {
  const { ranges, pairs } = evalFixture<Expected>(`${set}_errors.json.gz`);
  const { annotations, detections } = evalSet(set);

  describe.each(Object.entries(ranges))('area range %s', (_, range) => {
    const report = analyseErrors(annotations, detections, { min: range.area[0], max: range.area[1] });

    it('labels and counts', () => {
      const order = (a: { imageId: number; rank: number }, b: { imageId: number; rank: number }): number =>
        a.imageId - b.imageId || a.rank - b.rank;
      const rows = range.rows
        .filter((row) => row[5] !== null)
        .map(([imageId, rank, annotationId, similarity, ignored, labels]) => ({
          imageId,
          rank,
          annotationId,
          similarity,
          ignored: ignored === 1,
          labels: [...labels!].map((letter) => LETTERS[letter]),
        }));
      const found = report.matches.map(({ person: __, imageId, ...match }) => ({ ...match, imageId: imageId as number }));
      expect(found.sort(order).map((row) => ({ ...row, similarity: 0 }))).toEqual(
        rows.sort(order).map((row) => ({ ...row, similarity: 0 })),
      );
      expectNear(
        found.map(({ similarity }) => similarity),
        rows.map(({ similarity }) => similarity),
        'similarities',
      );

      expect(report.people).toBe(range.annotations_counted);
      for (const [counts, expected] of [
        [report.labels, range],
        [report.labelsOfPeopleToFind, range.counted_only],
      ] as const) {
        expect(counts).toEqual({
          detections: expected.matched,
          keypoints: expected.keypoints,
          counts: expected.counts,
          perKeypoint: expected.per_keypoint,
        });
      }
    });

    it('average precision and recall with each error corrected', () => {
      expectQuality(report.found, range.alone.baseline, 'found');
      for (const [error, name] of Object.entries(NAMES) as [PoseError, string][]) {
        expectQuality(report.alone[error], range.alone[name], name);
        expectQuality(report.progressive[error], range.progressive[name], name);
      }
    });

    it('poses of nobody, and people not found', () => {
      expect(report.found.falsePositives).toEqual(range.background.alone.false_pos);
      expect(report.found.falseNegatives).toEqual(range.background.alone.false_neg_counted);
      expect(report.progressive.score.falsePositives).toEqual(range.background.progressive.false_pos);
      expect(report.progressive.score.falseNegatives).toEqual(range.background.progressive.false_neg_counted);
    });
  });

  it('similarities that decided, and where keypoints are moved', () => {
    const all = new Set(KEYPOINT_LABELS);
    for (const [key, { max, fixed }] of Object.entries(pairs)) {
      const [imageId, rank, annotationId] = key.split(':').map(Number);
      const { people } = annotations.images.find(({ id }) => id === imageId)!;
      const person = people.findIndex(({ id }) => id === annotationId);
      const { keypoints } = bestDetections(detections.get(imageId)!)[rank];
      const labels = labelKeypoints(keypoints, person, people, COCO);
      const similarities = labels.map((label) => (label === null ? -1 : label.similarity));
      const labelled = similarities.map((value, k) => (value === -1 ? -1 : max[k]));
      expect(Math.max(...similarities.map((value, k) => Math.abs(value - labelled[k]))), key).toBeLessThan(TOLERANCE);
      const corrected = correctKeypoints(keypoints, labels, all, people[person], COCO).filter((_, i) => i % 3 < 2);
      expect(Math.max(...corrected.map((value, i) => Math.abs(value - fixed[i]))), key).toBeLessThan(PLACE_TOLERANCE);
    }
  });
});
