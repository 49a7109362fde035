import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPhoto } from '../../src/cli/photo.ts';
import { sampledTaps } from '../../src/draw/index.ts';
import type { PixelData } from '../../src/frame.ts';
import { createDetector } from '../../src/index.ts';
import type { Detector } from '../../src/index.ts';
import { describeGpu } from '../support/gpu.ts';
import { writeTinyPeople } from '../support/tiny-people.ts';

const folder = mkdtempSync(join(tmpdir(), 'inspect-'));
let pixels: PixelData;

beforeAll(async () => {
  await writeTinyPeople(folder);
  ({ pixels } = await readPhoto(fileURLToPath(new URL('../../demo/samples/skiers.jpg', import.meta.url))));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a detector shows of a photo is what it finds in it. */
async function expectSamePeople(detector: Detector): Promise<void> {
  const config = { inputSize: 128, scoreThreshold: 0.1 };
  const [poses, inspection] = [await detector.estimatePoses(pixels, config), await detector.inspect(pixels, config)];
  const { people, maps, sampling, geometry } = inspection;
  expect(poses.length).toBeGreaterThanOrEqual(3);
  expect(people).toHaveLength(poses.length);
  poses.forEach((pose, i) => {
    expect(people[i].pose.score).toBeCloseTo(pose.score, 4);
    pose.keypoints.forEach(({ x, y }, k) => {
      expect(people[i].pose.keypoints[k].x).toBeCloseTo(x, 1);
      expect(people[i].pose.keypoints[k].y).toBeCloseTo(y, 1);
    });
  });
  for (const { center, regressed } of people) {
    // The center's cell holds its score, and its offsets lead to what was regressed.
    const inMap = (point: { x: number; y: number }) => ({
      column: (point.x * geometry.scale + geometry.shiftX) / 4,
      row: (point.y * geometry.scale + geometry.shiftY) / 4,
    });
    const at = inMap(center);
    const [column, row] = [Math.round(at.column), Math.round(at.row)];
    const cell = row * maps.centerMap.width + column;
    expect(Math.hypot(at.column - column, at.row - row)).toBeLessThan(1e-6);
    expect(maps.centerMap.values[cell]).toBeCloseTo(center.score, 6);
    regressed.forEach((place, k) => {
      const { width, height, values } = maps.offsetMap;
      const place4 = inMap(place);
      expect(place4.column).toBeCloseTo(column - values[2 * k * width * height + cell], 3);
      expect(place4.row).toBeCloseTo(row - values[(2 * k + 1) * width * height + cell], 3);
    });
    const taps = sampledTaps(inspection, center)!;
    expect(taps.cell).toEqual({ row, column });
    expect(taps.layer).toBe(sampling.at(-1)!.name);
  }
  expect(sampling.map(({ dilation }) => dilation)).toEqual([1, 1, 2, 2, 3, 3, 1, 1]);
}

describe('looking into the network', () => {
  let detector: Detector;
  beforeAll(async () => {
    detector = await createDetector({ modelUrl: folder, runtime: 'wasm' });
  });
  afterAll(() => detector.dispose());

  it('shows what is found', () => expectSamePeople(detector));

  it('takes the ways to decode poses, and no others', async () => {
    const [all, few] = [
      await detector.inspect(pixels, { inputSize: 64 }),
      await detector.inspect(pixels, { inputSize: 64, maxPoses: 1 }),
    ];
    expect(all.people.length).toBeGreaterThan(1);
    expect(few.people).toEqual(all.people.slice(0, 1));
    const ungrouped = await detector.inspect(pixels, { inputSize: 64, grouping: false, maxPoses: 1 });
    const [{ pose, regressed }] = ungrouped.people;
    pose.keypoints.forEach(({ x, y }, k) => expect(regressed[k]).toEqual({ x, y }));
    await expect(detector.inspect(pixels, { flip: true } as object)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(detector.inspect({} as PixelData)).rejects.toMatchObject({ code: 'invalid-image' });
  });

  it('ends with the detector', async () => {
    const other = await createDetector({ modelUrl: folder, runtime: 'wasm' });
    other.dispose();
    await expect(other.inspect(pixels)).rejects.toMatchObject({ code: 'disposed' });
  });
});

describeGpu('looking into the network on WebGPU', (device) => {
  it('shows what is found', async () => {
    const detector = await createDetector({ modelUrl: folder, device });
    await expectSamePeople(detector);
    detector.dispose();
  });
});
