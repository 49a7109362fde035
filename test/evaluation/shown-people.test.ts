import { describe, expect, it } from 'vitest';
import type { Annotations, Detection } from '../../src/evaluation/annotations.ts';
import { shownPeople } from '../../src/evaluation/shown-people.ts';
import { COCO } from '../../src/pose.ts';

const poseAt = (x: number): number[] => Array.from({ length: 51 }, (_, i) => (i % 3 === 2 ? 2 : x + i));
const person = (x: number) => ({ keypoints: poseAt(x), box: [x, x, 51, 51], area: 2500, crowd: false, ignored: false }) as const;
const annotations: Annotations = {
  keypointSet: COCO,
  categoryId: 1,
  images: [
    { id: 1, people: [person(0), person(500)] },
    { id: 2, people: [] },
  ],
};
const found = (x: number, score: number): Detection => ({ keypoints: poseAt(x), score });

describe('people who are shown', () => {
  it('are fewer and righter the higher the threshold', () => {
    // Found twice, found well, made up in both images.
    const detections = new Map([
      [1, [found(0, 0.9), found(0, 0.3), found(501, 0.5), found(900, 0.1)]],
      [2, [found(70, 0.4)]],
    ]);
    expect(shownPeople(annotations, detections, [0, 0.35, 0.45, 0.8, 1])).toEqual([
      { threshold: 0, shown: 5, right: 2, precision: 0.4, recall: 1 },
      { threshold: 0.35, shown: 3, right: 2, precision: 2 / 3, recall: 1 },
      { threshold: 0.45, shown: 2, right: 2, precision: 1, recall: 1 },
      { threshold: 0.8, shown: 1, right: 1, precision: 1, recall: 0.5 },
      { threshold: 1, shown: 0, right: 0, precision: 1, recall: 0 },
    ]);
  });

  it('do not count where they are neither right nor wrong', () => {
    const ignored: Annotations = { ...annotations, images: [{ id: 1, people: [{ ...person(0), ignored: true }] }] };
    expect(shownPeople(ignored, new Map([[1, [found(0, 0.9)]]]), [0])).toEqual([
      { threshold: 0, shown: 0, right: 0, precision: 1, recall: 1 },
    ]);
  });
});
