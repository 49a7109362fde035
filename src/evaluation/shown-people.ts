import type { Annotations, Detections } from './annotations.ts';
import { AREA_RANGES } from './area-range.ts';
import { bestDetections } from './curves.ts';
import { matchPeople } from './match.ts';
import { objectKeypointSimilarity } from './oks.ts';

/** What somebody sees of a model's poses if those that score less than a threshold are not shown. */
export interface ShownPeople {
  readonly threshold: number;
  /** How many poses are shown that count for or against. */
  readonly shown: number;
  /** How many of them are a person's. */
  readonly right: number;
  /** The share of shown poses that are right: 0 to 1, 1 where none is shown. */
  readonly precision: number;
  /** The share of people who are shown: 0 to 1, 1 where there is nobody. */
  readonly recall: number;
}

/**
 * Precision and recall of the people who are shown, at each threshold of the score.
 *
 * @param similarity OKS from which on a pose is a person's.
 */
export function shownPeople(
  { images, keypointSet: { sigmas } }: Annotations,
  detections: Detections,
  thresholds: readonly number[],
  similarity = 0.5,
): ShownPeople[] {
  const matches = images.map(({ id, people }) => {
    const best = bestDetections(detections.get(id) ?? []);
    const similarities = best.map(({ keypoints }) => people.map((person) => objectKeypointSimilarity(keypoints, person, sigmas)));
    // A pose takes its person before those that score less do: leaving those out changes nothing above them.
    return matchPeople(best, people, similarities, AREA_RANGES.all, [similarity]);
  });
  const everybody = matches.reduce((sum, { people }) => sum + people, 0);
  const outcomes = matches.flatMap(({ scores, outcomes: [own] }) => scores.map((score, i) => ({ score, outcome: own[i] })));
  return thresholds.map((threshold) => {
    const shown = outcomes.filter(({ score, outcome }) => score >= threshold && outcome !== 'ignored');
    const right = shown.filter(({ outcome }) => outcome === 'right').length;
    return {
      threshold,
      shown: shown.length,
      right,
      precision: shown.length === 0 ? 1 : right / shown.length,
      recall: everybody === 0 ? 1 : right / everybody,
    };
  });
}
