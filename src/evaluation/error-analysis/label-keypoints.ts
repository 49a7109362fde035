import type { KeypointSet } from '../../pose.ts';
import type { AnnotatedPerson } from '../annotations.ts';
import { keypointSimilarity } from '../oks.ts';

/**
 * What became of a keypoint. good, jitter: nearest to where it belongs, close or less close; inversion:
 * nearest to the same person's left for right; swap: to another person's; miss: near none of these.
 */
export type KeypointLabel = 'good' | 'jitter' | 'inversion' | 'swap' | 'miss';

export const KEYPOINT_LABELS: readonly KeypointLabel[] = ['good', 'jitter', 'inversion', 'swap', 'miss'];

/** A detected keypoint against the annotation. */
export interface LabelledKeypoint {
  readonly label: KeypointLabel;
  /** Of the annotated keypoint it is nearest to, 0 to 1. */
  readonly similarity: number;
}

/** Nearer than this is good; from here to `NEAR` it is jitter. */
export const GOOD = 0.85;
export const NEAR = 0.5;

/**
 * Labels a detection's keypoints by the rules of Ronchi & Perona (ICCV 2017), as their tool applies them
 * (GitHub `matteorr/coco-analyze`): of everybody's keypoints of the same name or its mirror image, each
 * measured by its own person's area, the most similar one decides, if at least by 0.5. Of equals: the
 * own one, others', the own mirrored, others' mirrored.
 *
 * @param keypoints the detection's (x, y, anything).
 * @param person index of the person it was matched to.
 * @param people all of the image, ignored ones too.
 * @returns of each keypoint; null where the person's is not labelled.
 */
export function labelKeypoints(
  keypoints: readonly number[],
  person: number,
  people: readonly AnnotatedPerson[],
  { mirror, sigmas }: KeypointSet,
): (LabelledKeypoint | null)[] {
  return sigmas.map((sigma, k) => {
    if (!isLabelled(people[person], k)) return null;
    const [x, y] = [keypoints[3 * k], keypoints[3 * k + 1]];
    const others = people.map((_, i) => i).filter((i) => i !== person);
    let similarity = -1;
    let best = { owner: person, at: k };
    for (const at of [k, mirror[k]]) {
      for (const owner of [person, ...others]) {
        if (!isLabelled(people[owner], at)) continue;
        const { keypoints: places, area } = people[owner];
        const found = keypointSimilarity(x - places[3 * at], y - places[3 * at + 1], area, sigma);
        if (found <= similarity) continue;
        similarity = found;
        best = { owner, at };
      }
    }
    return { label: labelOf(similarity, best.owner === person, best.at === k), similarity };
  });
}

function labelOf(similarity: number, own: boolean, inPlace: boolean): KeypointLabel {
  if (similarity < NEAR) return 'miss';
  if (!own) return 'swap';
  if (!inPlace) return 'inversion';
  return similarity > GOOD ? 'good' : 'jitter';
}

function isLabelled({ keypoints }: AnnotatedPerson, k: number): boolean {
  return keypoints[3 * k + 2] > 0;
}
