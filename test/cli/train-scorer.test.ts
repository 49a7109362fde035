import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { trainScorerCommand } from '../../src/cli/train-scorer.ts';
import { modelFiles } from '../../src/convert/write.ts';
import { loadModel } from '../../src/model/load.ts';
import { evalFixture } from '../support/eval-fixtures.ts';
import { formulaWeights } from '../support/formula-weights.ts';
import { TINY_W4 } from '../support/models.ts';

let folder: string;
let output: MockInstance;
const path = (name: string): string => join(folder, name);
const printed = (): string => output.mock.calls.flat().join('\n');
const args = (...more: string[]): string[] => [
  '--model',
  path('model'),
  '--annotations',
  path('truth.json'),
  '--detections',
  path('found.json'),
  '--out',
  path('out'),
  ...more,
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manypose-scorer-'));
  await mkdir(path('model'));
  const files = await modelFiles(
    { model: TINY_W4, weights: formulaWeights(TINY_W4), source: 'a formula', licence: 'MIT' },
    'f16',
    2 ** 19,
  );
  for (const { name, bytes } of files) await writeFile(path(`model/${name}`), bytes);
  await writeFile(path('truth.json'), JSON.stringify(evalFixture('open60_gt.json.gz')));
  await writeFile(path('found.json'), JSON.stringify(evalFixture('open60_dt.json.gz')));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  output = vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => vi.restoreAllMocks());

describe('manypose train-scorer', () => {
  it('writes the model with a scorer and says what it is worth on photos held out', async () => {
    await cp(path('model'), path('out'), { recursive: true });
    await expect(trainScorerCommand(args())).rejects.toThrow(/manifest\.json is there already; --force replaces the model/);
    await trainScorerCommand(args('--epochs', '2', '--batch', '200', '--force'));
    expect(printed()).toMatch(
      /^\d{3,4} pairs from 48 photos\nepoch 1\/2: .*\nepoch 2\/2: .*\n12 photos held out, without the scorer\nAP .*\n0\.\d.*\nand with it\nAP .*\n0\.\d/,
    );

    const before = await loadModel(pathToFileURL(`${path('model')}/`), {});
    const after = await loadModel(pathToFileURL(`${path('out')}/`), {});
    expect(before.scorer).toBeUndefined();
    expect([...after.scorer!.keys()]).toEqual(['l1.weight', 'l1.bias', 'l2.weight', 'l2.bias', 'l3.weight', 'l3.bias']);
    expect(after.scorer!.get('l2.weight')!.data.some((value) => value !== 0)).toBe(true);
    expect(after.weights).toEqual(before.weights);
    expect(JSON.parse(await readFile(path('out/manifest.json'), 'utf8'))).toMatchObject({
      source: 'a formula',
      licence: 'MIT',
      model: TINY_W4,
    });
    // Shards of the model that was there, with another count, are gone.
    const shards = JSON.parse(await readFile(path('out/manifest.json'), 'utf8')).shards.map(({ file }: { file: string }) => file);
    expect((await readdir(path('out'))).filter((name) => name.endsWith('.bin')).sort()).toEqual(shards);
  });

  it('learns from all photos if asked to', async () => {
    await trainScorerCommand(args('--epochs', '1', '--held-out', '0', '--force'));
    expect(printed()).toMatch(/pairs from 60 photos/);
    expect(printed()).not.toMatch(/held out/);
  });

  it('takes the first photos only if asked to', async () => {
    await trainScorerCommand(args('--epochs', '1', '--limit', '20', '--force'));
    expect(printed()).toMatch(/pairs from 16 photos[^]*\n4 photos held out/);
  });

  it.each<[string, () => string[], string, RegExp]>([
    [
      'no detections',
      () => args().filter((_, i) => i !== 4 && i !== 5),
      'invalid-argument',
      /--annotations, --detections and --out are needed/,
    ],
    ['no epochs', () => args('--epochs', '0'), 'invalid-argument', /--epochs must be a whole number from 1, got 0/],
    ['nothing left to learn from', () => args('--held-out', '1'), 'invalid-argument', /--held-out 1 would leave nothing/],
    ['a missing file', () => args('--detections', path('none.json')), 'invalid-argument', /none\.json cannot be read/],
    ['a model that is none', () => args('--model', path('nowhere')), 'download-failed', /nowhere/],
    [
      'annotations instead of detections',
      () => args('--detections', path('truth.json')),
      'invalid-annotations',
      /truth\.json: not people's keypoints/,
    ],
  ])('refuses %s', async (_, wrong, code, message) => {
    await expect(trainScorerCommand(wrong())).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
