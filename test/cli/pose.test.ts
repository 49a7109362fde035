import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { poseCommand } from '../../src/cli/pose.ts';
import { describeGpu } from '../support/gpu.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SKIERS = file('demo/samples/skiers.jpg');
const MODEL = ['--model', file('models/coco_w32')];

let folder: string;
beforeAll(async () => {
  vi.spyOn(console, 'log').mockReturnValue();
  folder = await mkdtemp(join(tmpdir(), 'manypose-pose-'));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

describeGpu('manypose pose', () => {
  it('writes poses in the picture\'s pixels, and pictures of them', { timeout: 240_000 }, async () => {
    const json = join(folder, 'poses.json');
    await poseCommand([SKIERS, ...MODEL, '--size', '128', '--json', json, '--draw', join(folder, 'drawn')]);
    const [result, ...others] = JSON.parse(await readFile(json, 'utf8'));
    expect(others).toEqual([]);
    expect(result).toMatchObject({ file: SKIERS, width: 640, height: 360 });
    const sure = result.poses.filter((pose: { score: number }) => pose.score > 0.3);
    expect(sure.length).toBeGreaterThanOrEqual(3);
    for (const { keypoints, box } of sure) {
      expect(keypoints.map(({ name }: { name: string }) => name)).toHaveLength(17);
      expect(keypoints[0]).toEqual({ x: expect.any(Number), y: expect.any(Number), score: expect.any(Number), name: 'nose' });
      // The skiers stand in the middle of the picture.
      expect(keypoints[0].y).toBeGreaterThan(60);
      expect(keypoints[0].y).toBeLessThan(260);
      expect(box.height).toBeGreaterThan(60);
    }
    const drawn = await loadImage(await readFile(join(folder, 'drawn/skiers.png')));
    expect([drawn.width, drawn.height]).toEqual([640, 360]);
  });

  it('says which file is no picture', async () => {
    await writeFile(join(folder, 'notes.jpg'), 'not a picture');
    await expect(poseCommand([join(folder, 'notes.jpg'), ...MODEL])).rejects.toThrow('notes.jpg: not a picture');
    await expect(poseCommand([join(folder, 'none.jpg'), ...MODEL])).rejects.toThrow('none.jpg cannot be read');
  });
});

describe('manypose pose', () => {
  it('refuses wrong usage before it loads anything', async () => {
    await expect(poseCommand([])).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('no picture given') });
    await expect(poseCommand([SKIERS, '--unknown'])).rejects.toMatchObject({ code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' });
  });
});
