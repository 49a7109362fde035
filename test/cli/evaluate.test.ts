import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { evaluateCommand } from '../../src/cli/evaluate.ts';
import { modelFiles } from '../../src/convert/write.ts';
import type { CocoResult } from '../../src/evaluation/coco-results.ts';
import { formulaWeights } from '../support/formula-weights.ts';
import { TINY_W4 } from '../support/models.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/eval/${name}`, import.meta.url));
const COCO_PHOTO = ['--annotations', fixture('coco_gt_dataset.json'), '--detections', fixture('coco_dt_dataset.json')];
const CROWD = ['--annotations', fixture('crowdpose_gt.json'), '--detections', fixture('crowdpose_dt.json')];

let folder: string;
let output: MockInstance;
const path = (name: string): string => join(folder, name);
const printed = (): string => output.mock.calls.flat().join('\n');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manypose-evaluate-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  output = vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => vi.restoreAllMocks());

describe('manypose evaluate', () => {
  it('scores poses found before, by COCO\'s rules', async () => {
    await evaluateCommand(COCO_PHOTO);
    expect(printed().split('\n')).toEqual([
      '1 photo',
      'AP     AP50   AP75   APm    APl    AR     AR50   AR75   ARm    ARl',
      '0.505  0.723  0.634  0.466  0.750  0.518  0.727  0.636  0.467  0.750',
    ]);
  });

  it('scores CrowdPose\'s by its own rules', async () => {
    await evaluateCommand(CROWD);
    expect(printed()).toMatch(/^4 photos\nAP .* APE    APM    APH\n0\.788  0\.988  0\.731  0\.822  1\.000  0\.778  1\.000  0\.980  0\.412$/);
  });

  it('takes the first photos only if asked to, and shows where there was nobody', async () => {
    await evaluateCommand([...CROWD, '--limit', '1']);
    // 104173, of a crowd index of 0.76.
    expect(printed()).toMatch(/^1 photo\nAP .*\n1\.000 .* {2}- {6}1\.000 {2}-$/);
  });

  it.each<[string, string[], string, RegExp]>([
    ['nothing', [], 'invalid-argument', /--annotations and one of --photos and --detections are needed/],
    ['neither photos nor detections', COCO_PHOTO.slice(0, 2), 'invalid-argument', /are needed/],
    ['photos and detections', [...COCO_PHOTO, '--photos', '.'], 'invalid-argument', /are needed/],
    ['no photos', [...COCO_PHOTO, '--limit', '0'], 'invalid-argument', /--limit must be a whole number from 1, got 0/],
    ['a missing file', ['--annotations', 'none.json', '--photos', '.'], 'invalid-argument', /none\.json cannot be read/],
    ['a file of another kind', [COCO_PHOTO[0], COCO_PHOTO[3], '--photos', '.'], 'invalid-annotations', /coco_dt_dataset\.json: not annotations/],
    ['detections of other keypoints', [...COCO_PHOTO.slice(0, 3), CROWD[3]], 'invalid-annotations', /crowdpose_dt\.json: .*no image 114203/],
    ['an unknown runtime', [...COCO_PHOTO.slice(0, 2), '--photos', '.', '--runtime', 'abacus'], 'invalid-argument', /one of auto\|webgpu\|.*, got abacus/],
    ['an unknown option', [...COCO_PHOTO, '--fast'], 'ERR_PARSE_ARGS_UNKNOWN_OPTION', /--fast/],
  ])('refuses %s', async (_, args, code, message) => {
    await expect(evaluateCommand(args)).rejects.toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  it('names a file that is no JSON', async () => {
    await writeFile(path('cut.json'), (await readFile(COCO_PHOTO[1], 'utf8')).slice(0, 1000));
    await expect(evaluateCommand(['--annotations', path('cut.json'), '--photos', '.'])).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-annotations', message: expect.stringMatching(/cut\.json: .*JSON/) }),
    );
  });
});

describe('manypose evaluate with a model', () => {
  let photos: string;
  let model: string;
  const run = (...args: string[]): Promise<void> =>
    evaluateCommand(['--photos', photos, '--model', model, '--runtime', 'cpu', '--size', '64', ...args]);

  beforeAll(async () => {
    photos = folder;
    model = path('model');
    await mkdir(model);
    const weights = formulaWeights(TINY_W4);
    // The formula's center map is negative everywhere; turned over, there are people.
    const { shape, data } = weights.get('final_layers.1.weight')!;
    data.subarray(-shape[1]).forEach((value, i, row) => row[i] = -value);
    for (const { name, bytes } of await modelFiles({ model: TINY_W4, weights }, 'f32')) await writeFile(join(model, name), bytes);
    const canvas = createCanvas(96, 64);
    const context = canvas.getContext('2d');
    for (let x = 0; x < 96; x += 8) {
      context.fillStyle = `hsl(${x * 5}deg 80% 50%)`;
      context.fillRect(x, (x * 3) % 40, 8, 24);
    }
    await writeFile(path('stripes.png'), await canvas.encode('png'));
  });

  async function annotate(fileName: string): Promise<string[]> {
    const [image, person] = [{ id: 3, file_name: fileName }, { id: 1, image_id: 3, category_id: 1, area: 900, bbox: [10, 10, 30, 50] }];
    const annotations = [{ ...person, keypoints: Array.from({ length: 51 }, (_, i) => (i % 3 === 2 ? 2 : 20)) }];
    await writeFile(path('people.json'), JSON.stringify({ images: [image], annotations, categories: [{ id: 1, name: 'person' }] }));
    return ['--annotations', path('people.json')];
  }

  it('looks for poses in the photos, writes and scores them', async () => {
    await run(...await annotate('stripes.png'), '--results', path('found.json'));
    const found = JSON.parse(await readFile(path('found.json'), 'utf8')) as CocoResult[];
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(20);
    expect(found.every((result) => result.image_id === 3 && result.category_id === 1 && result.keypoints.length === 51)).toBe(true);
    const lines = printed().split('\n');
    expect(lines[0]).toMatch(new RegExp(`^1/1 stripes\\.png: ${found.length} poses?, network \\d+ ms$`));
    expect(lines.slice(1, 3)).toEqual([expect.stringMatching(/^network \d+ ms per photo on /), '1 photo']);

    output.mockClear();
    await evaluateCommand([...await annotate('stripes.png'), '--detections', path('found.json')]);
    expect(printed()).toBe(lines.slice(2).join('\n'));
  });

  it('names a photo that is missing, and refuses a model of other keypoints', async () => {
    await expect(run(...await annotate('none.jpg'))).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-image', message: expect.stringMatching(/none\.jpg cannot be read/) }),
    );
    await expect(run(...CROWD.slice(0, 2))).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(/finds coco's keypoints, the annotations are of crowdpose's/) }),
    );
  });
});
