import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPhoto } from '../../src/cli/photo.ts';
import type { Detector, DetectorOptions, Pose } from '../../src/index.ts';
import { createDetector } from '../../src/index.ts';
import { describeGpu } from './gpu.ts';
import { writeTinyPeople } from './tiny-people.ts';

const samples = fileURLToPath(new URL('../../demo/samples/', import.meta.url));
const photos = readdirSync(samples).filter((name) => name.endsWith('.jpg'));
const folder = mkdtempSync(join(tmpdir(), 'tiny-people-'));

beforeAll(() => writeTinyPeople(folder));
afterAll(() => rmSync(folder, { recursive: true }));

const open = (options: DetectorOptions): Promise<Detector> => createDetector({ modelUrl: folder, ...options });

async function posesOf(detector: Detector, photo: string, inputSize: number): Promise<Pose[]> {
  const { pixels } = await readPhoto(join(samples, photo));
  return detector.estimatePoses(pixels, { inputSize });
}

describe('the tiny network that finds people', () => {
  let detector: Detector;
  beforeAll(async () => {
    detector = await open({ runtime: 'wasm' });
  });
  afterAll(() => detector.dispose());

  it('comes in several shards', () => {
    expect(readdirSync(folder).filter((name) => name.endsWith('.bin')).length).toBeGreaterThanOrEqual(3);
  });

  it('finds several on every photo of the demo', async () => {
    expect(photos).toHaveLength(8);
    const different = new Set<string>();
    for (const photo of photos) {
      const poses = await posesOf(detector, photo, 64);
      // Twice the default threshold.
      expect(poses.filter(({ score }) => score > 0.1).length, photo).toBeGreaterThanOrEqual(3);
      for (const { score } of poses) expect(score, photo).toBeLessThan(1.5);
      different.add(JSON.stringify(poses));
    }
    expect(different.size).toBe(8);
  });
});

describeGpu('the tiny network on WebGPU', (device) => {
  it('finds the same people as on WebAssembly', async () => {
    const [cpu, gpu] = [await open({ runtime: 'wasm' }), await open({ device })];
    for (const [photo, size] of [
      ['skiers.jpg', 64],
      ['team.jpg', 128],
    ] as const) {
      const [expected, found] = [await posesOf(cpu, photo, size), await posesOf(gpu, photo, size)];
      expect(found.length, photo).toBe(expected.length);
      expected.forEach((pose, i) => {
        expect(found[i].score).toBeCloseTo(pose.score, 3);
        // 0.002 px were seen.
        pose.keypoints.forEach(({ x, y }, k) => {
          expect(Math.hypot(found[i].keypoints[k].x - x, found[i].keypoints[k].y - y), photo).toBeLessThan(0.05);
        });
      });
    }
    cpu.dispose();
    gpu.dispose();
  });
});
