import { shown } from '../model/shown.ts';
import { isRecord } from '../model/values.ts';
import type { Pose } from '../pose.ts';
import type { Annotations, Detection, Detections, Id } from './annotations.ts';
import { Faults, isFiniteList } from './faults.ts';

/** One person found, in COCO's results format. */
export interface CocoResult {
  readonly image_id: Id;
  readonly category_id: number;
  /** (x, y, score) of each keypoint, in image pixels. */
  readonly keypoints: readonly number[];
  readonly score: number;
  /** x, y, width, height; its area counts as the person's where the results have it, else the keypoints' extent. */
  readonly bbox?: readonly number[];
}

/** A pose as it is scored: (x, y, score) of each keypoint. */
export function detectionOf({ keypoints, score }: Pick<Pose, 'keypoints' | 'score'>): Detection {
  return { keypoints: keypoints.flatMap((keypoint) => [keypoint.x, keypoint.y, keypoint.score]), score };
}

/** Poses of one image in COCO's results format. */
export function cocoResults(imageId: Id, poses: readonly Pose[], categoryId: number): CocoResult[] {
  return poses.map(detectionOf).map(({ keypoints, score }) => ({ image_id: imageId, category_id: categoryId, keypoints, score }));
}

/**
 * Reads detections in COCO's results format; those of other categories are left out. As pycocotools does,
 * it takes boxes from all if the first has one.
 *
 * @param json the parsed file.
 * @throws ManyposeError `invalid-annotations` that lists what is wrong, also detections in images
 *   that the annotations do not have, and results that are all of other categories.
 */
export function parseResults(json: unknown, { images, keypointSet, categoryId }: Annotations): Detections {
  const faults = new Faults();
  const what = "not people's keypoints in COCO's results format";
  const detections = new Map<Id, Detection[]>(images.map(({ id }) => [id, []]));
  const numbers = 3 * keypointSet.names.length;
  faults.check(Array.isArray(json), () => `a list expected, got ${shown(json)}`);
  faults.throwAny(what);
  const entries = json as unknown[];
  const boxed = isRecord(entries[0]) && Array.isArray(entries[0].bbox) && entries[0].bbox.length > 0;
  let ofPeople = 0;
  entries.forEach((entry, i) => {
    const name = `[${i}]`;
    if (!faults.check(isRecord(entry), () => `${name}: an object expected, got ${shown(entry)}`)) return;
    const { image_id: imageId, category_id: category, keypoints, score, bbox } = entry as unknown as CocoResult;
    if (category !== categoryId) return;
    ofPeople++;
    const ofImage = detections.get(imageId);
    faults.check(ofImage !== undefined, () => `${name}.image_id: the annotations have no image ${shown(imageId)}`);
    faults.check(
      isFiniteList(keypoints, numbers),
      () => `${name}.keypoints: ${numbers} numbers expected, got ${shown(keypoints)}`,
    );
    faults.check(Number.isFinite(score), () => `${name}.score: a number expected, got ${shown(score)}`);
    const boxOk = !boxed || faults.check(isFiniteList(bbox, 4), () => `${name}.bbox: 4 numbers expected, got ${shown(bbox)}`);
    if (boxOk) ofImage?.push({ keypoints, score, ...(boxed && { area: bbox![2] * bbox![3] }) });
  });
  faults.check(
    ofPeople > 0 || entries.length === 0,
    () =>
      `none of ${entries.length} is of the annotations' category ${categoryId}; the first is of ${shown((entries[0] as Partial<CocoResult>).category_id)}`,
  );
  faults.throwAny(what);
  return detections;
}
