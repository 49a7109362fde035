import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { poseCommand } from '../../src/cli/pose.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { describeGpu } from '../support/gpu.ts';
import { writeTinyPeople } from '../support/tiny-people.ts';

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
  it("writes poses in the picture's pixels, and pictures of them", { timeout: 240_000 }, async () => {
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
});

describe('manypose pose', () => {
  it('refuses wrong usage before it loads anything', async () => {
    await expect(poseCommand([])).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('no picture given'),
    });
    await expect(poseCommand([SKIERS, '--scales', '0.5,2'])).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('one of them 1, got [0.5, 2]'),
    });
    const views = 'poses, heatmaps, centers, offsets, sampling';
    for (const [show, message] of [
      ['heatmap', `--show: there is no 'heatmap' (did you mean 'heatmaps'?); there are ${views}`],
      ['poses,Samplin', "there is no 'Samplin' (did you mean 'sampling'?)"],
      ['offsets,', "there is no ''"],
      ['constructor', "there is no 'constructor'"],
    ]) {
      await expect(poseCommand([SKIERS, '--draw', folder, '--show', show])).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining(message),
      });
    }
    await expect(poseCommand([SKIERS, '--show', 'heatmaps'])).rejects.toMatchObject({
      code: 'invalid-argument',
      message: '--show says what to draw: say with --draw where to',
    });
    await expect(poseCommand([SKIERS, '--unknown'])).rejects.toMatchObject({ code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' });
  });
});

describe('manypose pose and its outputs', () => {
  const path = (...names: string[]): string => join(folder, ...names);
  const pose = (...args: string[]): Promise<number> =>
    runCommandLine(['pose', ...args, '--model', path('model'), '--runtime', 'wasm', '--size', '64']);
  let reported: MockInstance;
  const errors = (): string => reported.mock.calls.flat().join('\n');

  beforeAll(async () => {
    await mkdir(path('a'), { recursive: true });
    await mkdir(path('b'), { recursive: true });
    await mkdir(path('model'), { recursive: true });
    writeTinyPeople(path('model'));
    const canvas = createCanvas(64, 64);
    const context = canvas.getContext('2d');
    for (const [i, name] of ['a/x.png', 'b/x.png', 'a/y.jpg'].entries()) {
      context.fillStyle = ['#fff', '#888', '#f80'][i];
      context.fillRect(10 + 8 * i, 8, 20, 40);
      await writeFile(path(name), await (name.endsWith('png') ? canvas.encode('png') : canvas.encode('jpeg')));
    }
    await writeFile(path('bad.jpg'), 'not a picture');
  });
  beforeEach(() => {
    reported = vi.spyOn(console, 'error').mockReturnValue();
  });
  afterEach(() => reported.mockRestore());

  it('tells pictures of one name apart', async () => {
    expect(await pose(path('a/x.png'), path('b/x.png'), path('a/y.jpg'), '--draw', path('new', 'drawn'))).toBe(0);
    expect((await readdir(path('new', 'drawn'))).sort()).toEqual(['x.png-2.png', 'x.png.png', 'y.png']);
    const [one, other] = await Promise.all(['x.png.png', 'x.png-2.png'].map((name) => readFile(path('new', 'drawn', name))));
    expect(one.equals(other)).toBe(false);
  });

  it('never writes over a picture, with --force or without', async () => {
    const before = await readFile(path('a/x.png'));
    for (const force of [[], ['--force']]) {
      expect(await pose(path('a/x.png'), '--draw', path('a'), ...force)).toBe(2);
      expect(await pose(path('a/x.png'), '--json', path('a/x.png'), ...force)).toBe(2);
      expect(await pose(path('a/y.jpg'), path('a/x.png'), '--draw', path('a'), ...force)).toBe(2);
    }
    expect(errors()).toMatch(/x\.png is an input, which is never written over/);
    expect((await readFile(path('a/x.png'))).equals(before)).toBe(true);
    expect((await readdir(path('a'))).sort()).toEqual(['x.png', 'y.jpg']);
  });

  it('replaces what is there only if forced to, and says so before any work', async () => {
    await writeFile(path('mine.json'), 'mine');
    const begun = performance.now();
    expect(await pose(path('a/y.jpg'), '--json', path('mine.json'))).toBe(2);
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(errors()).toMatch(/mine\.json is there already; --force replaces it/);
    expect(await readFile(path('mine.json'), 'utf8')).toBe('mine');
    expect(await pose(path('a/y.jpg'), '--json', path('mine.json'), '--force')).toBe(0);
    expect(JSON.parse(await readFile(path('mine.json'), 'utf8'))).toHaveLength(1);
  });

  it('keeps what it found where pictures fail, and lists those', async () => {
    const files = [path('bad.jpg'), path('a/x.png'), path('none\u001b[2J.jpg'), path('a/y.jpg')];
    expect(await pose(...files, '--json', path('some', 'kept.json'), '--draw', path('kept'))).toBe(1);
    const results = JSON.parse(await readFile(path('some', 'kept.json'), 'utf8'));
    expect(results.map(({ file: name }: { file: string }) => name)).toEqual([files[1], files[3]]);
    expect((await readdir(path('kept'))).sort()).toEqual(['x.png', 'y.png']);
    const lines = errors().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('2 of 4 pictures failed:');
    expect(lines[1]).toMatch(/^ {2}.*bad\.jpg: not a picture/);
    expect(lines[2]).toMatch(/^ {2}.*none\\u\{1b\}\[2J\.jpg cannot be read/);
  });

  it('draws what goes on in the network, a picture for each view', async () => {
    const args = ['--draw', path('inside'), '--size', '128', '--flip'];
    expect(await pose(SKIERS, path('a/y.jpg'), ...args, '--show', 'heatmaps, sampling,offsets,centers,poses,heatmaps')).toBe(0);
    const views = ['', '-centers', '-heatmaps', '-offsets', '-sampling'];
    const names = views.map((view) => `skiers${view}.png`);
    expect((await readdir(path('inside'))).sort()).toEqual([...names, ...views.map((view) => `y${view}.png`)].sort());
    const drawn = await Promise.all(names.map((name) => readFile(path('inside', name))));
    const photo = await loadImage(await readFile(SKIERS));
    const canvas = createCanvas(photo.width, photo.height);
    canvas.getContext('2d').drawImage(photo, 0, 0);
    // All differ from the photo and from each other.
    expect(new Set([...drawn, await canvas.encode('png')].map((bytes) => bytes.toString('base64'))).size).toBe(6);
    const { width, height } = await loadImage(drawn[1]);
    expect([width, height]).toEqual([640, 360]);

    // Without --force, nothing of it is written over.
    expect(await pose(path('a/y.jpg'), '--draw', path('inside'), '--show', 'heatmaps')).toBe(2);
    expect(errors()).toMatch(/y-heatmaps\.png is there already/);
  });

  it('writes nothing where all fail', async () => {
    expect(await pose(path('bad.jpg'), '--json', path('nothing.json'))).toBe(1);
    expect(await readdir(folder)).not.toContain('nothing.json');
  });
});
