import type { KeypointSet } from '../../pose.ts';
import type { AnnotatedPerson } from '../annotations.ts';
import { extentOf } from '../area-range.ts';
import { keypointSimilarity, objectKeypointSimilarity } from '../oks.ts';

/** Width of the soft suppression. */
const SUPPRESSION = 0.5;

/**
 * The scores that would rank one image's detections best: each one's highest OKS with anybody to be
 * found (0 if there is nobody), then softly suppressed, so that of several detections of one person only
 * the best keeps it: the highest remaining one multiplies all other remaining ones by exp(-o² / 0.5), o
 * being their similarity to it.
 *
 * @param detections keypoints of each.
 * @param people those to be found.
 */
export function optimalScores(
  detections: readonly (readonly number[])[],
  people: readonly AnnotatedPerson[],
  { sigmas }: KeypointSet,
): number[] {
  const scores = detections.map((keypoints) =>
    Math.max(0, ...people.map((person) => objectKeypointSimilarity(keypoints, person, sigmas))),
  );
  const remaining = new Set(scores.keys());
  while (remaining.size > 0) {
    const best = [...remaining].reduce((a, b) => (scores[b] > scores[a] ? b : a));
    remaining.delete(best);
    for (const other of remaining) {
      scores[other] *= Math.exp(-(similarityBetween(detections[best], detections[other], sigmas) ** 2) / SUPPRESSION);
    }
  }
  return scores;
}

/** Of two detections: the mean over all keypoints, by the mean area of the two. */
function similarityBetween(a: readonly number[], b: readonly number[], sigmas: readonly number[]): number {
  const area = (extentOf(a) + extentOf(b)) / 2;
  const sum = sigmas.reduce(
    (total, sigma, k) => total + keypointSimilarity(a[3 * k] - b[3 * k], a[3 * k + 1] - b[3 * k + 1], area, sigma),
    0,
  );
  return sum / sigmas.length;
}
