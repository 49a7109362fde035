import { expect, test } from '@playwright/test';
import type { Pose } from '../../src/pose.ts';
import { similaritiesTo } from './annotations.ts';

// The shipped model on a photo of five people, at a quarter of the size it was made for: quick enough
// on a CPU, and people are still 80 to 90 pixels high.
const PHOTO = 'skiers';
const SIZE = 128;

const results: Partial<Record<string, Pose[]>> = {};

for (const runtime of ['webgpu', 'webgl'] as const) {
  test(`the shipped model finds the people of a photo on ${runtime}`, async ({ page }) => {
    await page.goto('/test/e2e/pages/api.html');
    const result = await page.evaluate(async ([name, options]) => {
      const { manypose, photo, modelUrl } = window.api;
      const progress: { loaded: number; total: number }[] = [];
      const detector = await manypose.createDetector({
        modelUrl, ...options, onProgress: (each) => progress.push({ ...each }),
      });
      const image = await photo(name);
      const poses = await detector.estimatePoses(image);
      const again = await detector.estimatePoses(image);
      const info = { ...detector.info, timings: { ...detector.info.timings } };
      detector.dispose();
      return { poses, again, info, progress };
    }, [PHOTO, { runtime, inputSize: SIZE }] as const);

    const similarities = similaritiesTo(PHOTO, result.poses);
    console.log(result.info.adapter, result.info.timings, 'similarity to the annotations:',
      similarities.map((value) => value.toFixed(2)).join(' '), 'scores:', result.poses.map((pose) => pose.score.toFixed(2)).join(' '));

    expect(result.info.runtime).toBe(runtime);
    expect(result.info.reason).not.toBe('');
    expect(result.info.model.id).toBe('coco_w32');
    expect(similarities.filter((value) => value > 0.5).length).toBeGreaterThanOrEqual(4);
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
    expect(last.total).toBeGreaterThan(50e6);
    expect(result.progress.every((each, i) => i === 0 || each.loaded >= result.progress[i - 1].loaded)).toBe(true);
    results[runtime] = result.poses;
  });
}

test('both runtimes find the same people', async () => {
  const { webgpu, webgl } = results;
  test.skip(!webgpu || !webgl, 'one of the two failed above');
  const sure = (poses: Pose[]): Pose[] => poses.filter((pose) => pose.score > 0.1);
  expect(sure(webgpu!).length).toBe(sure(webgl!).length);
  sure(webgpu!).forEach((pose, i) => {
    const other = sure(webgl!)[i];
    expect(other.score).toBeCloseTo(pose.score, 2);
    // Sums are taken in another order, and pictures resampled by another unit: below half an image pixel.
    pose.keypoints.forEach((keypoint, k) => {
      if (keypoint.score < 0.1) return;
      const { x, y } = other.keypoints[k];
      expect(Math.hypot(x - keypoint.x, y - keypoint.y), `${keypoint.name} of person ${i}`).toBeLessThan(0.5);
    });
  });
});
