import type { ImageMatches, Outcome } from './match.ts';

/** Precision over recall at one threshold of OKS, as COCO draws it. */
export interface PrecisionRecall {
  /** At each of `RECALLS`, 0 to 1: the best precision at that recall or beyond, 0 where it is not reached. */
  readonly precision: readonly number[];
  /** The score down to which detections must be taken for that recall; 0 where it is not reached. */
  readonly score: readonly number[];
  /** The share of people found by all detections together: 0 to 1. */
  readonly recall: number;
}

/** The recalls at which precision is read: 0, 0.01, ..., 1, as numpy.linspace has them: one that is equal must count as reached. */
export const RECALLS: readonly number[] = Array.from({ length: 101 }, (_, step) => step * (1 / 100));

/** All images' detections by falling score; equal scores in the images' order. */
export type Ranking = readonly { readonly image: number; readonly detection: number; readonly score: number }[];

/** Ranks detections once for all thresholds, as their number makes sorting slow. */
export function rankDetections(images: readonly Pick<ImageMatches, 'scores'>[]): Ranking {
  return images
    .flatMap(({ scores }, image) => scores.map((score, detection) => ({ image, detection, score })))
    .sort((a, b) => b.score - a.score); // stable
}

/**
 * Precision and recall going down the scores of all images' detections.
 *
 * @param threshold index into the matches' thresholds.
 * @param ranking of the images' detections (`rankDetections`).
 * @returns null where there is nobody to find.
 */
export function precisionRecall(
  images: readonly ImageMatches[],
  threshold: number,
  ranking: Ranking = rankDetections(images),
): PrecisionRecall | null {
  const people = images.reduce((sum, image) => sum + image.people, 0);
  if (people === 0) return null;
  const { recalls, precisions } = rising(
    ranking.map(({ image, detection }) => images[image].outcomes[threshold][detection]),
    people,
  );
  for (let i = precisions.length - 2; i >= 0; i--) precisions[i] = Math.max(precisions[i], precisions[i + 1]);

  let at = 0;
  const precision: number[] = [];
  const score: number[] = [];
  for (const wanted of RECALLS) {
    while (at < recalls.length && recalls[at] < wanted) at++;
    precision.push(precisions[at] ?? 0);
    score.push(ranking[at]?.score ?? 0);
  }
  return { precision, score, recall: recalls.at(-1) ?? 0 };
}

/** The mean precision: COCO's average precision at one threshold. */
export function averagePrecision({ precision }: PrecisionRecall): number {
  return precision.reduce((sum, value) => sum + value, 0) / RECALLS.length;
}

/** Recall and precision after each detection; ignored ones change neither (before the first that counts, precision is 0). */
function rising(outcomes: readonly Outcome[], people: number): { recalls: number[]; precisions: number[] } {
  const recalls: number[] = [];
  const precisions: number[] = [];
  let right = 0;
  let wrong = 0;
  for (const outcome of outcomes) {
    if (outcome === 'right') right++;
    else if (outcome === 'wrong') wrong++;
    recalls.push(right / people);
    precisions.push(right + wrong === 0 ? 0 : right / (right + wrong));
  }
  return { recalls, precisions };
}
