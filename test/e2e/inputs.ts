import { expect } from '@playwright/test';
import type { DetectorOptions, Pose } from '../../src/index.ts';

/** A page of any browser, however it is driven. */
interface Page {
  evaluate<Result, Given>(work: (given: Given) => Result | Promise<Result>, given: Given): Promise<Result>;
}

/**
 * Poses of one photo by the kind of input it came as.
 *
 * @param which.kinds those wanted besides `image`; all if left out.
 * @param which.inIframe whether the inputs are of an iframe's classes.
 */
export function posesByKind(
  page: Page,
  options: Omit<DetectorOptions, 'fetch'>,
  { kinds, inIframe = false }: { kinds?: readonly string[]; inIframe?: boolean } = {},
): Promise<Record<string, Pose[]>> {
  return page.evaluate(
    async ([chosen, wanted, foreign]) => {
      const { manypose, modelUrl, everyKind, iframe } = window.api;
      const detector = await manypose.createDetector({ modelUrl, inputSize: 64, ...chosen });
      const poses: Record<string, Pose[]> = {};
      for (const [kind, input] of Object.entries(await everyKind('skiers', foreign ? iframe() : window, wanted))) {
        poses[kind] = await detector.estimatePoses(input);
      }
      detector.dispose();
      return poses;
    },
    [options, kinds, inIframe] as const,
  );
}

export function expectSamePoses(found: Record<string, Pose[]>, kinds: number): void {
  const { image: expected, ...others } = found;
  expect(expected.length).toBeGreaterThanOrEqual(3);
  expect(Object.keys(others)).toHaveLength(kinds);
  for (const [kind, poses] of Object.entries(others)) {
    const distances = expected
      .flatMap((pose, i) =>
        pose.keypoints.map(({ x, y }, k) => {
          const other = poses[i]?.keypoints[k];
          return other ? Math.hypot(other.x - x, other.y - y) : Infinity;
        }),
      )
      .sort((a, b) => a - b);
    const part = (quantile: number): number => distances[Math.floor(quantile * (distances.length - 1))];
    if (kind !== 'video') {
      expect(poses.length, kind).toBe(expected.length);
      expect(part(1), kind).toBeLessThan(0.5);
    } else {
      // A stream's frames are compressed in colour: the tiny network then takes some other, nearly equal peak.
      expect(part(0.5), kind).toBeLessThan(Number(process.env.VIDEO_LIMIT ?? 1.5));
    }
  }
}
