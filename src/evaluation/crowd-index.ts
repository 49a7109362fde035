import type { AnnotatedImage, AnnotatedPerson } from './annotations.ts';

/** CrowdPose's classes of images, by how much people overlap in them. */
export type CrowdLevel = 'easy' | 'medium' | 'hard';

/**
 * Where an image belongs. The paper's text cuts at 0.1, its authors' tool (GitHub `Jeff-sjtu/CrowdPose`,
 * likewise xtcocotools) at 0.2: published numbers come from the tool.
 */
export type CrowdRules = 'tool' | 'paper';

const CUTS: Readonly<Record<CrowdRules, (index: number) => CrowdLevel>> = {
  tool: (index) => (index < 0.2 ? 'easy' : index < 0.8 ? 'medium' : 'hard'),
  paper: (index) => (index <= 0.1 ? 'easy' : index <= 0.8 ? 'medium' : 'hard'),
};

export function crowdLevelOf(index: number, rules: CrowdRules = 'tool'): CrowdLevel {
  return CUTS[rules](index);
}

/** An image's crowd index: its file's own, else computed. */
export function crowdIndexOfImage({ crowdIndex, people }: AnnotatedImage): number {
  return crowdIndex ?? crowdIndexOf(people);
}

/**
 * CrowdPose's crowd index of an image: how many labelled keypoints of others lie in a person's box, borders
 * included, per labelled keypoint of its own; the mean over the people with labelled keypoints, 0 without any.
 *
 * @returns from 0; above 1 where others have more keypoints in a box than its owner.
 */
export function crowdIndexOf(people: readonly Pick<AnnotatedPerson, 'keypoints' | 'box'>[]): number {
  const labelled = people.map(({ keypoints }) => labelledPlaces(keypoints));
  const ratios: number[] = [];
  people.forEach(({ box: [left, top, width, height] }, person) => {
    const own = labelled[person].length;
    if (own === 0) return;
    const isInBox = ([x, y]: readonly [number, number]): boolean =>
      x >= left && x <= left + width && y >= top && y <= top + height;
    const others = labelled.reduce((sum, places, other) => (other === person ? sum : sum + places.filter(isInBox).length), 0);
    ratios.push(others / own);
  });
  return ratios.length === 0 ? 0 : ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}

function labelledPlaces(keypoints: readonly number[]): [number, number][] {
  const places: [number, number][] = [];
  for (let at = 0; at < keypoints.length; at += 3) if (keypoints[at + 2] > 0) places.push([keypoints[at], keypoints[at + 1]]);
  return places;
}
