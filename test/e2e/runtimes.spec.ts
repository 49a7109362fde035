import { expect, test } from '@playwright/test';
import type { Detector, Pose } from '../../src/index.ts';
import { RUNTIMES } from './runtimes.ts';

/** Input size: the tiny network finds ten people in the photo then. */
const SIZE = 64;

const results: Partial<Record<string, Pose[]>> = {};

for (const runtime of RUNTIMES) {
  test(`finds the people of a photo on ${runtime}`, async ({ page }) => {
    await page.goto('/test/e2e/pages/api.html');
    const result = await page.evaluate(
      async (options) => {
        const { manypose, photo, modelUrl } = window.api;
        const progress: { loaded: number; total: number }[] = [];
        const detector = await manypose.createDetector({
          modelUrl,
          ...options,
          onProgress: (each) => progress.push({ ...each }),
        });
        const image = await photo('skiers');
        const poses = await detector.estimatePoses(image);
        const again = await detector.estimatePoses(image);
        const info: Detector['info'] = { ...detector.info, timings: { ...detector.info.timings } };
        detector.dispose();
        return { poses, again, info, progress };
      },
      { runtime, inputSize: SIZE },
    );
    console.log(result.info.adapter, result.info.timings);

    expect(result.info.runtime).toBe(runtime);
    expect(result.info.reason).not.toBe('');
    expect(result.info.model.id).toBe('tiny_people');
    expect(result.poses.length).toBeGreaterThanOrEqual(5);
    for (const pose of result.poses) {
      expect(pose.keypoints).toHaveLength(17);
      for (const keypoint of pose.keypoints) expect(Number.isFinite(keypoint.x + keypoint.y + keypoint.score)).toBe(true);
    }
    // The same picture gives the same answer: nothing of the first call is left in the buffers.
    expect(result.again).toEqual(result.poses);
    expect(result.info.timings.total).toBeGreaterThan(0);
    expect(result.info.timings.network).toBeLessThanOrEqual(result.info.timings.total);

    const last = result.progress.at(-1)!;
    expect(last.loaded).toBe(last.total);
    expect(last.total).toBeGreaterThan(1e6);
    expect(result.progress.every((each, i) => i === 0 || each.loaded >= result.progress[i - 1].loaded)).toBe(true);
    results[runtime] = result.poses;
  });
}

test('all runtimes find the same people', () => {
  test.skip(
    RUNTIMES.some((runtime) => !results[runtime]),
    'one of them failed above',
  );
  const [first, ...others] = RUNTIMES;
  for (const other of others) {
    expect(results[other]!.length, other).toBe(results[first]!.length);
    results[first]!.forEach((pose, i) => {
      const same = results[other]![i];
      expect(same.score).toBeCloseTo(pose.score, 2);
      // Sums are taken in another order, and pictures resampled by another unit: below half an image pixel.
      pose.keypoints.forEach(({ x, y, name }, k) =>
        expect(Math.hypot(same.keypoints[k].x - x, same.keypoints[k].y - y), `${name} of person ${i} on ${other}`).toBeLessThan(
          0.5,
        ),
      );
    });
  }
});
