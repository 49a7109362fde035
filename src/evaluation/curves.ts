import type { AnnotatedImage, Annotations, Detections } from './annotations.ts';
import type { AreaRange } from './area-range.ts';
import { AREA_RANGES } from './area-range.ts';
import type { CrowdLevel, CrowdRules } from './crowd-index.ts';
import { crowdIndexOfImage, crowdLevelOf } from './crowd-index.ts';
import { MAX_DETECTIONS, THRESHOLDS } from './rules.ts';
import { matchPeople } from './match.ts';
import { objectKeypointSimilarity } from './oks.ts';
import type { PrecisionRecall } from './precision-recall.ts';
import { precisionRecall, rankDetections } from './precision-recall.ts';

/** Whom a benchmark scores apart: everybody; people of medium or large area; images of one crowd level. */
export type GroupName = 'all' | 'medium' | 'large' | `crowd-${CrowdLevel}`;

/** Curves of each group of people, at each of `THRESHOLDS`; null where there is nobody to find. */
export type Curves = Readonly<Partial<Record<GroupName, readonly (PrecisionRecall | null)[]>>>;

export interface CurveOptions {
  /** Where CrowdPose's levels begin; its authors' tool's if left out. */
  readonly crowdRules?: CrowdRules;
}

interface Group {
  readonly range: AreaRange;
  has(image: AnnotatedImage): boolean;
}

/**
 * Precision and recall as the benchmark of the annotations' keypoint set draws them: COCO's by
 * pycocotools' rules, of everybody, medium and large people; CrowdPose's by its authors', of everybody
 * and of the images of each crowd level. All images of the annotations count, also those without detections.
 */
export function precisionRecallCurves(annotations: Annotations, detections: Detections, options: CurveOptions = {}): Curves {
  const {
    images,
    keypointSet: { sigmas },
  } = annotations;
  const curves: Partial<Record<GroupName, (PrecisionRecall | null)[]>> = {};
  for (const [name, group] of groupsOf(annotations, options)) {
    const matches = images
      .filter((image) => group.has(image))
      .map(({ id, people }) => {
        const best = bestDetections(detections.get(id) ?? []);
        const similarities = best.map(({ keypoints }) =>
          people.map((person) => objectKeypointSimilarity(keypoints, person, sigmas)),
        );
        return matchPeople(best, people, similarities, group.range, THRESHOLDS);
      });
    const ranking = rankDetections(matches);
    curves[name] = THRESHOLDS.map((_, threshold) => precisionRecall(matches, threshold, ranking));
  }
  return curves;
}

/** The detections of an image that count, best first. */
export function bestDetections<Each extends { readonly score: number }>(detections: readonly Each[]): Each[] {
  return [...detections].sort((a, b) => b.score - a.score).slice(0, MAX_DETECTIONS);
}

function groupsOf({ keypointSet }: Annotations, { crowdRules }: CurveOptions): [GroupName, Group][] {
  const ofAll = (range: AreaRange): Group => ({ range, has: () => true });
  const all: [GroupName, Group] = ['all', ofAll(AREA_RANGES.all)];
  if (keypointSet.id !== 'crowdpose') return [all, ['medium', ofAll(AREA_RANGES.medium)], ['large', ofAll(AREA_RANGES.large)]];
  const levels = (['easy', 'medium', 'hard'] as const).map((level): [GroupName, Group] => [
    `crowd-${level}`,
    { range: AREA_RANGES.all, has: (image) => crowdLevelOf(crowdIndexOfImage(image), crowdRules) === level },
  ]);
  return [all, ...levels];
}
