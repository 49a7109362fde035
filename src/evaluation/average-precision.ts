import type { ImageMatches, Outcome } from './match.ts';

/** Precision and recall of one set of images at one threshold; null where there is nobody to find. */
export interface PrecisionRecall {
  /** Precision averaged over the recalls 0, 0.01, ..., 1: 0 to 1. */
  readonly averagePrecision: number | null;
  /** The share of people found by all detections together: 0 to 1. */
  readonly recall: number | null;
}

/** The recalls at which COCO reads the precision: 0, 0.01, ..., 1. */
const RECALL_STEPS = 100;

/**
 * Average precision over all images' detections, as COCO interpolates it: going down the scores,
 * precision at a recall is the best one at that recall or beyond, 0 where the recall is not reached.
 *
 * @param threshold index into the matches' thresholds.
 */
export function precisionRecall(images: readonly ImageMatches[], threshold: number): PrecisionRecall {
  const people = images.reduce((sum, image) => sum + image.people, 0);
  if (people === 0) return { averagePrecision: null, recall: null };
  // Sorting is stable: equal scores stay in the images' order.
  const ranked = images
    .flatMap(({ scores, outcomes }) => scores.map((score, d) => ({ score, outcome: outcomes[threshold][d] })))
    .sort((a, b) => b.score - a.score);
  const { recalls, precisions } = curve(ranked.map(({ outcome }) => outcome), people);
  for (let i = precisions.length - 2; i >= 0; i--) precisions[i] = Math.max(precisions[i], precisions[i + 1]);

  let sum = 0;
  let at = 0;
  for (let step = 0; step <= RECALL_STEPS; step++) {
    while (at < recalls.length && recalls[at] < recallAt(step)) at++;
    if (at === recalls.length) break;
    sum += precisions[at];
  }
  return { averagePrecision: sum / (RECALL_STEPS + 1), recall: recalls.at(-1) ?? 0 };
}

/** As numpy.linspace(0, 1, 101) has them: a recall that equals one of these must count as reached. */
function recallAt(step: number): number {
  return step * (1 / RECALL_STEPS);
}

/** Recall and precision after each detection that is not ignored. */
function curve(outcomes: readonly Outcome[], people: number): { recalls: number[]; precisions: number[] } {
  const recalls: number[] = [];
  const precisions: number[] = [];
  let right = 0;
  let wrong = 0;
  for (const outcome of outcomes) {
    if (outcome === 'ignored') continue;
    if (outcome === 'right') right++;
    else wrong++;
    recalls.push(right / people);
    precisions.push(right / (right + wrong));
  }
  return { recalls, precisions };
}
