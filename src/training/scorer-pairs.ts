import { scoringFeatures } from '../decode/scoring-net.ts';
import type { AnnotatedPerson, Annotations, Detection, Detections, Id } from '../evaluation/annotations.ts';
import type { AreaRange } from '../evaluation/area-range.ts';
import { AREA_RANGES, isWithin } from '../evaluation/area-range.ts';
import { objectKeypointSimilarity } from '../evaluation/oks.ts';
import { MAX_DETECTIONS } from '../evaluation/rules.ts';
import type { KeypointSet } from '../pose.ts';

/** One pose that a scoring net learns from. */
export interface ScorerPair {
  readonly image: Id;
  /** Place among the image's poses, the best first. */
  readonly rank: number;
  readonly range: keyof typeof AREA_RANGES;
  /** The highest OKS with anybody. */
  readonly similarity: number;
  /** What the net should say: the similarity, but 0 where that is exactly 1. */
  readonly target: number;
  /** What the net sees. */
  readonly features: Float64Array;
}

/** An image's poses are learned from once for each of its benchmark's ranges. */
const RANGES: Readonly<Record<KeypointSet['id'], readonly (keyof typeof AREA_RANGES)[]>> = {
  coco: ['all', 'medium', 'large'],
  crowdpose: ['all'],
};

/**
 * Pairs of pose and similarity, as the released code makes them (reference section 4): of every image with
 * people the best 20 poses, once per area range. A pose is worth its highest OKS with any person not ignored
 * in that range (all are, if all are ignored); several may resemble one person. A similarity of exactly 1
 * becomes 0: that is what a pose wholly inside the enlarged box of a person without keypoints gets.
 *
 * @param detections final poses in image pixels, (x, y, score) of each keypoint.
 */
export function scorerPairs({ images, keypointSet }: Annotations, detections: Detections): ScorerPair[] {
  return RANGES[keypointSet.id].flatMap((range) =>
    images.flatMap(({ id, people }) => {
      if (people.length === 0) return [];
      const counted = countedIn(people, AREA_RANGES[range]);
      const best = [...(detections.get(id) ?? [])].sort((a, b) => b.score - a.score).slice(0, MAX_DETECTIONS);
      return best.map((detection, rank): ScorerPair => {
        const similarity = Math.max(
          ...counted.map((person) => objectKeypointSimilarity(detection.keypoints, person, keypointSet.sigmas)),
        );
        return {
          image: id,
          rank,
          range,
          similarity,
          target: similarity === 1 ? 0 : similarity,
          features: featuresOf(detection, keypointSet),
        };
      });
    }),
  );
}

function countedIn(people: readonly AnnotatedPerson[], range: AreaRange): readonly AnnotatedPerson[] {
  const open = people.filter(({ area, ignored }) => !ignored && isWithin(area, range));
  return open.length > 0 ? open : people;
}

/** The features of a pose in COCO's list of numbers. */
export function featuresOf({ keypoints }: Detection, set: KeypointSet): Float64Array {
  return scoringFeatures(
    set.id,
    set.names.map((_, k) => ({ x: keypoints[3 * k], y: keypoints[3 * k + 1], score: keypoints[3 * k + 2] })),
  );
}
