import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { DetectorOptions, Pose } from '../../src/index.ts';

/** Keypoints below move with every rounding. */
const SURE = 0.2;

/** Poses of one photo by the kind of input it came as: `image` and the kinds named, or all. */
export function posesByKind(page: Page, options: DetectorOptions, kinds?: string[]): Promise<Record<string, Pose[]>> {
  return page.evaluate(async ([chosen, wanted]) => {
    const { manypose, modelUrl, everyKind } = window.api;
    const detector = await manypose.createDetector({ modelUrl, inputSize: 128, ...chosen });
    const poses: Record<string, Pose[]> = {};
    for (const [kind, input] of Object.entries(await everyKind('skiers'))) {
      if (!wanted || kind === 'image' || wanted.includes(kind)) poses[kind] = await detector.estimatePoses(input);
    }
    detector.dispose();
    return poses;
  }, [options, kinds] as const);
}

export function expectSamePoses(found: Record<string, Pose[]>, kinds: number): void {
  const { image: expected, ...others } = found;
  const people = expected.filter((pose) => pose.score > SURE);
  expect(people.length).toBeGreaterThanOrEqual(3);
  expect(Object.keys(others)).toHaveLength(kinds);
  for (const [kind, poses] of Object.entries(others)) {
    people.forEach((pose, i) => pose.keypoints.forEach((keypoint, k) => {
      if (keypoint.score < SURE) return;
      const other = poses[i].keypoints[k];
      // A stream's frames are compressed in colour, which moves a keypoint a little.
      const allowed = kind === 'video' ? 3 : 0.5;
      expect(Math.hypot(other.x - keypoint.x, other.y - keypoint.y), `${keypoint.name} of person ${i} as ${kind}`).toBeLessThan(allowed);
    }));
  }
}
