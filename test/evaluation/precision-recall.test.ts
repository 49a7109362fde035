import { describe, expect, it } from 'vitest';
import { averagePrecision, precisionRecall, RECALLS } from '../../src/evaluation/precision-recall.ts';
import type { ImageMatches, Outcome } from '../../src/evaluation/match.ts';

const image = (people: number, ...found: [number, Outcome][]): ImageMatches => ({
  people,
  scores: found.map(([score]) => score),
  outcomes: [found.map(([, outcome]) => outcome)],
});
const of = (...images: ImageMatches[]): { precision: number; recall: number } => {
  const curve = precisionRecall(images, 0)!;
  return { precision: averagePrecision(curve), recall: curve.recall };
};

describe('average precision', () => {
  it('is 1 if the right ones come first, and what comes after does not matter', () => {
    expect(of(image(1, [0.9, 'right'], [0.1, 'wrong']))).toEqual({ precision: 1, recall: 1 });
  });

  it('reads the best precision at each recall or beyond, over the images by score', () => {
    // wrong, right, right: precisions 0, 1/2, 2/3; recalls 0, 1/4, 1/2. So 2/3 up to 0.50: 51 of 101 places.
    const { precision, recall } = of(image(2, [0.9, 'wrong'], [0.5, 'right']), image(2, [0.7, 'right']));
    expect(precision).toBeCloseTo((51 / 101) * (2 / 3), 12);
    expect(recall).toBe(0.5);
  });

  it("goes by the images' order where scores are equal", () => {
    const right = image(1, [0.5, 'right']);
    const wrong = image(0, [0.5, 'wrong']);
    expect(of(right, wrong).precision).toBe(1);
    expect(of(wrong, right).precision).toBe(0.5);
  });

  it('leaves out what is ignored', () => {
    expect(of(image(1, [0.9, 'ignored'], [0.8, 'right']))).toEqual({ precision: 1, recall: 1 });
  });

  it('is 0 if nothing was found, and nothing if there is nobody', () => {
    expect(of(image(3))).toEqual({ precision: 0, recall: 0 });
    expect(precisionRecall([image(0, [0.9, 'wrong'])], 0)).toBeNull();
    expect(precisionRecall([], 0)).toBeNull();
  });
});

describe('a curve of precision over recall', () => {
  it('says down to which score one must go for a recall, and is 0 beyond what was found', () => {
    const { precision, score } = precisionRecall([image(4, [0.9, 'right'], [0.8, 'wrong'], [0.7, 'right'])], 0)!;
    const at = (recall: number): number => RECALLS.findIndex((each) => each >= recall - 1e-9);
    expect([precision[0], precision[at(0.25)], precision[at(0.26)], precision[at(0.5)], precision[at(0.51)]]).toEqual([
      1,
      1,
      2 / 3,
      2 / 3,
      0,
    ]);
    expect([score[0], score[at(0.25)], score[at(0.26)], score[at(0.5)], score[at(0.51)]]).toEqual([0.9, 0.9, 0.7, 0.7, 0]);
  });
});
