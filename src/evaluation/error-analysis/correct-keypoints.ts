import type { KeypointSet } from '../../pose.ts';
import type { AnnotatedPerson } from '../annotations.ts';
import type { KeypointLabel, LabelledKeypoint } from './label-keypoints.ts';
import { GOOD, NEAR } from './label-keypoints.ts';

/** Errors of place, as opposed to those of scores and of what was found at all. */
export type PlaceError = Exclude<KeypointLabel, 'good'>;

/**
 * A detection's keypoints with some errors corrected: moved beside where they belong, as near as a
 * corrected keypoint may be taken to come. As in the authors' tool: for jitter to the similarity that
 * counts as good, for a miss to where it would be near, for inversion and swap to the similarity they
 * have with the wrong keypoint. (Their formula lacks a factor of 2 before σ, so that they come nearer:
 * to the fourth root of these. All their numbers rest on that, and so do ours.)
 *
 * @param keypoints the detection's (x, y, anything).
 * @param labels of each keypoint (`labelKeypoints`).
 * @param person the annotated person that the detection was matched to.
 */
export function correctKeypoints(
  keypoints: readonly number[],
  labels: readonly (LabelledKeypoint | null)[],
  errors: ReadonlySet<KeypointLabel>,
  person: AnnotatedPerson,
  { sigmas }: KeypointSet,
): number[] {
  const corrected = [...keypoints];
  labels.forEach((found, k) => {
    if (found === null || found.label === 'good' || !errors.has(found.label)) return;
    const distance = sigmas[k] * Math.sqrt(-2 * person.area * Math.log(similarityAfter(found.label, found.similarity)));
    corrected[3 * k] = person.keypoints[3 * k] + distance;
    corrected[3 * k + 1] = person.keypoints[3 * k + 1];
  });
  return corrected;
}

function similarityAfter(error: PlaceError, similarity: number): number {
  if (error === 'jitter') return GOOD;
  if (error === 'miss') return NEAR;
  // Neither no distance nor an infinite one.
  return Math.min(Math.max(similarity, Number.EPSILON), 1 - Number.EPSILON);
}
