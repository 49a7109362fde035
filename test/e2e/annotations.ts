import { readFileSync } from 'node:fs';
import { COCO } from '../../src/pose.ts';
import type { Pose } from '../../src/pose.ts';

interface Person {
  area: number;
  /** (x, y, visibility) of each of COCO's keypoints; visibility 0: not annotated. */
  keypoints: number[];
}

const { photos } = JSON.parse(readFileSync(new URL('./annotations.json', import.meta.url), 'utf8')) as {
  photos: Record<string, { width: number; height: number; people: Person[] }>;
};

/** COCO's object keypoint similarity of a pose and an annotated person: 1 is exact, below 0.5 a miss. */
function similarity(pose: Pose, person: Person): number {
  let sum = 0;
  let count = 0;
  COCO.sigmas.forEach((sigma, k) => {
    const [x, y, visibility] = person.keypoints.slice(3 * k, 3 * k + 3);
    if (visibility === 0) return;
    count++;
    const squared = (pose.keypoints[k].x - x) ** 2 + (pose.keypoints[k].y - y) ** 2;
    sum += Math.exp(-squared / (2 * person.area * (2 * sigma) ** 2));
  });
  return sum / count;
}

/** For each annotated person of a photo, the similarity of the pose nearest to it. */
export function similaritiesTo(photo: string, poses: readonly Pose[]): number[] {
  return photos[photo].people.map((person) => Math.max(0, ...poses.map((pose) => similarity(pose, person))));
}
