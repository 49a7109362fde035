import { describe, expect, it } from 'vitest';
import { precisionRecall } from '../../src/evaluation/average-precision.ts';
import type { ImageMatches, Outcome } from '../../src/evaluation/match.ts';

const image = (people: number, ...found: [number, Outcome][]): ImageMatches => ({
  people, scores: found.map(([score]) => score), outcomes: [found.map(([, outcome]) => outcome)],
});

describe('average precision', () => {
  it('is 1 if the right ones come first, and what comes after does not matter', () => {
    expect(precisionRecall([image(1, [0.9, 'right'], [0.1, 'wrong'])], 0)).toEqual({ averagePrecision: 1, recall: 1 });
  });

  it('reads the best precision at each recall or beyond, over the images by score', () => {
    // wrong, right, right: precisions 0, 1/2, 2/3; recalls 0, 1/4, 1/2. So 2/3 up to 0.50: 51 of 101 places.
    const { averagePrecision, recall } = precisionRecall([image(2, [0.9, 'wrong'], [0.5, 'right']), image(2, [0.7, 'right'])], 0);
    expect(averagePrecision).toBeCloseTo((51 / 101) * (2 / 3), 12);
    expect(recall).toBe(0.5);
  });

  it('goes by the images\' order where scores are equal', () => {
    const right = image(1, [0.5, 'right']);
    const wrong = image(0, [0.5, 'wrong']);
    expect(precisionRecall([right, wrong], 0).averagePrecision).toBe(1);
    expect(precisionRecall([wrong, right], 0).averagePrecision).toBe(0.5);
  });

  it('leaves out what is ignored', () => {
    expect(precisionRecall([image(1, [0.9, 'ignored'], [0.8, 'right'])], 0)).toEqual({ averagePrecision: 1, recall: 1 });
  });

  it('is 0 if nothing was found, and nothing if there is nobody', () => {
    expect(precisionRecall([image(3)], 0)).toEqual({ averagePrecision: 0, recall: 0 });
    expect(precisionRecall([image(0, [0.9, 'wrong'])], 0)).toEqual({ averagePrecision: null, recall: null });
    expect(precisionRecall([], 0)).toEqual({ averagePrecision: null, recall: null });
  });
});
