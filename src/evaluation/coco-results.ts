import { isRecord, shown } from '../model/check-descriptor.ts';
import type { Pose } from '../pose.ts';
import type { Annotations, Detection, Detections } from './annotations.ts';
import { Faults, isFiniteList } from './faults.ts';

/** One person found, in COCO's results format. */
export interface CocoResult {
  readonly image_id: number;
  readonly category_id: number;
  /** (x, y, score) of each keypoint, in image pixels. */
  readonly keypoints: readonly number[];
  readonly score: number;
}

/** Poses of one image in COCO's results format. */
export function cocoResults(imageId: number, poses: readonly Pose[], categoryId: number): CocoResult[] {
  return poses.map(({ keypoints, score }) => ({
    image_id: imageId,
    category_id: categoryId,
    keypoints: keypoints.flatMap((keypoint) => [keypoint.x, keypoint.y, keypoint.score]),
    score,
  }));
}

/**
 * Reads detections in COCO's results format; those of other categories are left out.
 *
 * @param json the parsed file.
 * @throws ManyposeError `invalid-annotations` that lists what is wrong, also detections in images
 *   that the annotations do not have.
 */
export function parseResults(json: unknown, { images, keypointSet, categoryId }: Annotations): Detections {
  const faults = new Faults();
  const what = 'not people\'s keypoints in COCO\'s results format';
  const detections = new Map<number, Detection[]>(images.map(({ id }) => [id, []]));
  const numbers = 3 * keypointSet.names.length;
  faults.check(Array.isArray(json), () => `a list expected, got ${shown(json)}`);
  faults.throwAny(what);
  (json as unknown[]).forEach((entry, i) => {
    const name = `[${i}]`;
    if (!faults.check(isRecord(entry), () => `${name}: an object expected, got ${shown(entry)}`)) return;
    const { image_id: imageId, category_id: category, keypoints, score } = entry as unknown as CocoResult;
    if (category !== categoryId) return;
    const ofImage = detections.get(imageId);
    faults.check(ofImage !== undefined, () => `${name}.image_id: the annotations have no image ${shown(imageId)}`);
    faults.check(isFiniteList(keypoints, numbers), () => `${name}.keypoints: ${numbers} numbers expected, got ${shown(keypoints)}`);
    faults.check(Number.isFinite(score), () => `${name}.score: a number expected, got ${shown(score)}`);
    ofImage?.push({ keypoints, score });
  });
  faults.throwAny(what);
  return detections;
}
