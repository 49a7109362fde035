import type { AnnotatedImage, Annotations, Detections } from './annotations.ts';
import type { AreaRange } from './area-range.ts';
import { AREA_RANGES } from './area-range.ts';
import type { PrecisionRecall } from './average-precision.ts';
import { precisionRecall } from './average-precision.ts';
import { matchPeople } from './match.ts';
import { objectKeypointSimilarity } from './oks.ts';

/** m, l: people of medium and large area; E, M, H: images of few, more and many overlapping people. */
export type ScoreName =
  | 'AP' | 'AP50' | 'AP75' | 'APm' | 'APl'
  | 'AR' | 'AR50' | 'AR75' | 'ARm' | 'ARl'
  | 'APE' | 'APM' | 'APH';

/** A benchmark's scores in its own order, 0 to 1; null where there was nobody to find. */
export type Scores = Readonly<Partial<Record<ScoreName, number | null>>>;

/** Only so many detections of an image count, the best. */
export const MAX_DETECTIONS = 20;

/** OKS 0.50, 0.55, ..., 0.95, computed as numpy.linspace does: a similarity may equal one. */
const THRESHOLDS = Array.from({ length: 10 }, (_, i) => 0.5 + i * ((0.95 - 0.5) / 9));
const INDEX_50 = 0;
const INDEX_75 = 5;

/**
 * Where CrowdPose's medium and hard images begin. The paper's first bound is 0.1; published numbers
 * come from its authors' tool (GitHub `Jeff-sjtu/CrowdPose`), which cuts at these.
 */
const MEDIUM_CROWD_INDEX = 0.2;
const HARD_CROWD_INDEX = 0.8;

/**
 * Scores detections as the benchmark of the annotations' keypoint set does: COCO's by pycocotools'
 * rules, CrowdPose's by its authors' (their areas come with the annotations). All images of the
 * annotations count, also those without detections.
 */
export function evaluate(annotations: Annotations, detections: Detections): Scores {
  return annotations.keypointSet.id === 'crowdpose' ? crowdPoseScores(annotations, detections) : cocoScores(annotations, detections);
}

function cocoScores({ images, keypointSet: { sigmas } }: Annotations, detections: Detections): Scores {
  const all = curvesOf(images, detections, sigmas, AREA_RANGES.all);
  const medium = curvesOf(images, detections, sigmas, AREA_RANGES.medium);
  const large = curvesOf(images, detections, sigmas, AREA_RANGES.large);
  return {
    AP: mean(all, 'averagePrecision'),
    AP50: all[INDEX_50].averagePrecision,
    AP75: all[INDEX_75].averagePrecision,
    APm: mean(medium, 'averagePrecision'),
    APl: mean(large, 'averagePrecision'),
    AR: mean(all, 'recall'),
    AR50: all[INDEX_50].recall,
    AR75: all[INDEX_75].recall,
    ARm: mean(medium, 'recall'),
    ARl: mean(large, 'recall'),
  };
}

function crowdPoseScores({ images, keypointSet: { sigmas } }: Annotations, detections: Detections): Scores {
  const all = curvesOf(images, detections, sigmas, AREA_RANGES.all);
  const ofCrowdIndex = (from: number, below: number): number | null => {
    const chosen = images.filter(({ crowdIndex }) => crowdIndex !== undefined && crowdIndex >= from && crowdIndex < below);
    return mean(curvesOf(chosen, detections, sigmas, AREA_RANGES.all), 'averagePrecision');
  };
  return {
    AP: mean(all, 'averagePrecision'),
    AP50: all[INDEX_50].averagePrecision,
    AP75: all[INDEX_75].averagePrecision,
    AR: mean(all, 'recall'),
    AR50: all[INDEX_50].recall,
    AR75: all[INDEX_75].recall,
    APE: ofCrowdIndex(-Infinity, MEDIUM_CROWD_INDEX),
    APM: ofCrowdIndex(MEDIUM_CROWD_INDEX, HARD_CROWD_INDEX),
    APH: ofCrowdIndex(HARD_CROWD_INDEX, Infinity),
  };
}

/** Precision and recall at each threshold. */
function curvesOf(
  images: readonly AnnotatedImage[], detections: Detections, sigmas: readonly number[], range: AreaRange,
): PrecisionRecall[] {
  const matches = images.map(({ id, people }) => {
    const best = [...(detections.get(id) ?? [])].sort((a, b) => b.score - a.score).slice(0, MAX_DETECTIONS);
    const similarities = best.map(({ keypoints }) => people.map((person) => objectKeypointSimilarity(keypoints, person, sigmas)));
    return matchPeople(best, people, similarities, range, THRESHOLDS);
  });
  return THRESHOLDS.map((_, threshold) => precisionRecall(matches, threshold));
}

/** Over the thresholds: whether there is anybody to find does not depend on them. */
function mean(curves: readonly PrecisionRecall[], of: keyof PrecisionRecall): number | null {
  return curves.reduce<number | null>((sum, curve) => (sum === null || curve[of] === null ? null : sum + curve[of] / curves.length), 0);
}
