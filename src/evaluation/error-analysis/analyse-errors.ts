import type { KeypointSet } from '../../pose.ts';
import type { AnnotatedPerson, Annotations, Detection, Detections, Id } from '../annotations.ts';
import type { AreaRange } from '../area-range.ts';
import { AREA_RANGES, areaOf } from '../area-range.ts';
import { bestDetections } from '../curves.ts';
import type { ImageMatches } from '../match.ts';
import { assignPeople, ignoredPeople, matchPeople } from '../match.ts';
import { objectKeypointSimilarity } from '../oks.ts';
import { averagePrecision, precisionRecall, rankDetections } from '../precision-recall.ts';
import { THRESHOLDS } from '../rules.ts';
import type { PlaceError } from './correct-keypoints.ts';
import { correctKeypoints } from './correct-keypoints.ts';
import type { KeypointLabel, LabelledKeypoint } from './label-keypoints.ts';
import { KEYPOINT_LABELS, labelKeypoints } from './label-keypoints.ts';
import { optimalScores } from './optimal-scores.ts';

/**
 * What can be wrong with poses, in the order in which the authors correct it: places of keypoints, the
 * order by score, poses of nobody, and people not found.
 */
export type PoseError = PlaceError | 'score' | 'falsePositive' | 'falseNegative';

/** The order in which errors are corrected one after another. */
export const POSE_ERRORS: readonly PoseError[] = [
  'miss',
  'swap',
  'inversion',
  'jitter',
  'score',
  'falsePositive',
  'falseNegative',
];

/** Quality after a correction: means over the thresholds, and of each; null where nobody is left to find. */
export interface Quality {
  readonly averagePrecision: number | null;
  readonly averageRecall: number | null;
  /** At each of `THRESHOLDS`. */
  readonly precisions: readonly (number | null)[];
  readonly recalls: readonly (number | null)[];
  /** Detections that nobody is matched to, and people to be found whom none is matched to, at each threshold. */
  readonly falsePositives: readonly number[];
  readonly falseNegatives: readonly number[];
}

/** Keypoints of each label, in all and per keypoint type. */
export interface LabelCounts {
  /** Detections whose keypoints were labelled: those matched to a person who has any. */
  readonly detections: number;
  readonly keypoints: number;
  readonly counts: Readonly<Record<KeypointLabel, number>>;
  /** [K] in the keypoint set's order. */
  readonly perKeypoint: Readonly<Record<KeypointLabel, readonly number[]>>;
}

/** A detection that was matched to a person. */
export interface LabelledMatch {
  readonly imageId: Id;
  /** Place among the image's detections by falling score, from 0. */
  readonly rank: number;
  /** Index among the image's people, and the annotation's own id. */
  readonly person: number;
  readonly annotationId?: Id;
  readonly similarity: number;
  /** Whether the person is not to be found: a crowd, without keypoints, or out of the area range. */
  readonly ignored: boolean;
  /** Of each keypoint; null where the annotation's is not labelled. */
  readonly labels: readonly (KeypointLabel | null)[];
}

/** What is wrong with detections, and what correcting it would give. */
export interface ErrorReport {
  readonly area: AreaRange;
  /** People to be found. */
  readonly people: number;
  /** Keypoints by label; as in the authors' tool, also of people who were matched but are not to be found. */
  readonly labels: LabelCounts;
  /** The same without those people. */
  readonly labelsOfPeopleToFind: LabelCounts;
  readonly found: Quality;
  /** Each error corrected alone; false negatives together with false positives. */
  readonly alone: Readonly<Record<PoseError, Quality>>;
  /** Each error corrected after all before it in `POSE_ERRORS`. */
  readonly progressive: Readonly<Record<PoseError, Quality>>;
  readonly matches: readonly LabelledMatch[];
}

/** Detections are given to people from this similarity on. */
const MATCH_THRESHOLD = 0.1;

/** One image's detections, best first, and what they are. */
interface Analysed {
  readonly imageId: Id;
  readonly people: readonly AnnotatedPerson[];
  readonly ignored: readonly boolean[];
  readonly detections: readonly Detection[];
  /** Person of each detection, and the labels of its keypoints. */
  readonly persons: readonly (number | undefined)[];
  readonly labels: readonly (readonly (LabelledKeypoint | null)[] | undefined)[];
}

/**
 * Splits what is wrong with detections into errors, by the definitions of Ronchi & Perona, "Benchmarking
 * and Error Diagnosis in Multi-Instance Pose Estimation" (ICCV 2017), as their tool applies them, and
 * computes COCO's average precision with each of them corrected. The 20 best detections of an image count.
 *
 * @param range of people's area; everybody, as COCO's AP, if left out. `AREA_RANGES.notSmall` is the tool's "all".
 */
export function analyseErrors(annotations: Annotations, detections: Detections, range: AreaRange = AREA_RANGES.all): ErrorReport {
  const { keypointSet } = annotations;
  const images = annotations.images.map(({ id, people }): Analysed => {
    // Moved keypoints leave a detection's own area as it was.
    const best = bestDetections(detections.get(id) ?? []).map((each) => ({ ...each, area: areaOf(each) }));
    const ignored = ignoredPeople(people, range);
    const persons = assignPeople(people, similaritiesOf(best, people, keypointSet), ignored, MATCH_THRESHOLD);
    const labels = persons.map((person, d) => {
      const found = person === undefined ? [] : labelKeypoints(best[d].keypoints, person, people, keypointSet);
      return found.some((label) => label !== null) ? found : undefined;
    });
    return { imageId: id, people, ignored, detections: best, persons, labels };
  });
  const labelled = images.flatMap((image) => matchesOf(image, keypointSet));
  return {
    area: range,
    people: images.reduce((sum, { ignored }) => sum + ignored.filter((each) => !each).length, 0),
    labels: countLabels(labelled, keypointSet),
    labelsOfPeopleToFind: countLabels(
      labelled.filter(({ ignored }) => !ignored),
      keypointSet,
    ),
    found: qualityOf(images, range, keypointSet),
    alone: record(POSE_ERRORS, (error) => corrected(images, range, keypointSet, ALONE_WITH[error] ?? [error])),
    progressive: record(POSE_ERRORS, (_, i) => corrected(images, range, keypointSet, POSE_ERRORS.slice(0, i + 1))),
    matches: labelled,
  };
}

/** Whom one could not find shows only among those who were. */
const ALONE_WITH: Partial<Record<PoseError, readonly PoseError[]>> = { falseNegative: ['falsePositive', 'falseNegative'] };

function matchesOf(
  { imageId, people, ignored, detections, persons, labels }: Analysed,
  { sigmas }: KeypointSet,
): LabelledMatch[] {
  return detections.flatMap(({ keypoints }, rank) => {
    const [person, found] = [persons[rank], labels[rank]];
    if (person === undefined || found === undefined) return [];
    return [
      {
        imageId,
        rank,
        person,
        annotationId: people[person].id,
        similarity: objectKeypointSimilarity(keypoints, people[person], sigmas),
        ignored: ignored[person],
        labels: found.map((each) => each && each.label),
      },
    ];
  });
}

function countLabels(matches: readonly LabelledMatch[], { sigmas }: KeypointSet): LabelCounts {
  const count = (label: KeypointLabel, k: number): number => matches.filter(({ labels }) => labels[k] === label).length;
  const perKeypoint = record(KEYPOINT_LABELS, (label) => sigmas.map((_, k) => count(label, k)));
  const counts = record(KEYPOINT_LABELS, (label) => perKeypoint[label].reduce((a, b) => a + b, 0));
  return { detections: matches.length, keypoints: Object.values(counts).reduce((a, b) => a + b, 0), counts, perKeypoint };
}

/** Quality with these errors corrected; labels stay those of the detections as they were. */
function corrected(
  images: readonly Analysed[],
  range: AreaRange,
  keypointSet: KeypointSet,
  errors: readonly PoseError[],
): Quality {
  const all: ReadonlySet<string> = new Set(errors);
  const moved = images.map((image): Analysed => ({
    ...image,
    detections: image.detections.map((detection, d) => {
      const labels = image.labels[d];
      if (labels === undefined) return detection;
      const person = image.people[image.persons[d]!];
      return {
        ...detection,
        keypoints: correctKeypoints(detection.keypoints, labels, all as ReadonlySet<KeypointLabel>, person, keypointSet),
      };
    }),
  }));
  const scored = all.has('score') ? moved.map((image) => rescored(image, keypointSet)) : moved;
  return qualityOf(scored, range, keypointSet, {
    withoutFalsePositives: all.has('falsePositive'),
    withoutFalseNegatives: all.has('falseNegative'),
  });
}

function rescored(image: Analysed, keypointSet: KeypointSet): Analysed {
  const people = image.people.filter((_, i) => !image.ignored[i]);
  const scores = optimalScores(
    image.detections.map(({ keypoints }) => keypoints),
    people,
    keypointSet,
  );
  return { ...image, detections: bestDetections(image.detections.map((detection, d) => ({ ...detection, score: scores[d] }))) };
}

/**
 * Average precision and recall of images.
 *
 * @param without false positives: detections that nobody is matched to count for nothing. False negatives: people whom
 *   nobody was matched to, at this threshold or a lower one, need not be found.
 */
function qualityOf(
  images: readonly Analysed[],
  range: AreaRange,
  keypointSet: KeypointSet,
  without: { withoutFalsePositives?: boolean; withoutFalseNegatives?: boolean } = {},
): Quality {
  const falsePositives = THRESHOLDS.map(() => 0);
  const falseNegatives = THRESHOLDS.map(() => 0);
  const perThreshold = images.map(({ people, ignored, detections }): ImageMatches[] => {
    const similarities = similaritiesOf(detections, people, keypointSet);
    let toIgnore = ignored;
    return THRESHOLDS.map((threshold, t) => {
      const persons = assignPeople(people, similarities, ignored, threshold);
      const found = new Set(persons);
      falsePositives[t] += persons.filter((person) => person === undefined).length;
      falseNegatives[t] += people.filter((_, person) => !ignored[person] && !found.has(person)).length;
      if (without.withoutFalseNegatives) toIgnore = toIgnore.map((each, person) => each || !found.has(person));
      const matches = matchPeople(detections, people, similarities, range, [threshold], toIgnore);
      if (!without.withoutFalsePositives) return matches;
      return {
        ...matches,
        outcomes: matches.outcomes.map((outcomes) => outcomes.map((outcome) => (outcome === 'wrong' ? 'ignored' : outcome))),
      };
    });
  });
  const ranking = rankDetections(perThreshold.map(([first]) => first));
  const curves = THRESHOLDS.map((_, t) =>
    precisionRecall(
      perThreshold.map((matches) => matches[t]),
      0,
      ranking,
    ),
  );
  const precisions = curves.map((curve) => curve && averagePrecision(curve));
  const recalls = curves.map((curve) => curve && curve.recall);
  return {
    averagePrecision: mean(precisions),
    averageRecall: mean(recalls),
    precisions,
    recalls,
    falsePositives,
    falseNegatives,
  };
}

function similaritiesOf(
  detections: readonly Detection[],
  people: readonly AnnotatedPerson[],
  { sigmas }: KeypointSet,
): number[][] {
  return detections.map(({ keypoints }) => people.map((person) => objectKeypointSimilarity(keypoints, person, sigmas)));
}

/** Over those that are numbers. */
function mean(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0) / numbers.length;
}

function record<Key extends string, Value>(keys: readonly Key[], of: (key: Key, index: number) => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key, i) => [key, of(key, i)])) as Record<Key, Value>;
}
