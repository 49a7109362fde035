import { chmod, copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { runCommandLine } from '../../src/cli/run.ts';
import { decodeFloat16, encodeFloat16 } from '../../src/model/float16.ts';
import { loadModel } from '../../src/model/load.ts';
import { scorerShapes } from '../../src/model/scorer-shapes.ts';
import { tinyCheckpoint } from '../support/checkpoints.ts';
import { formulaTensor, formulaWeights } from '../support/formula-weights.ts';
import { TINY_W4 } from '../support/models.ts';
import { bytesOf, legacyFile, op, pickle } from '../support/pickle-builder.ts';

let folder: string;
let checkpoint: string;
let errors: MockInstance;
let output: MockInstance;
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manypose-convert-'));
  checkpoint = path('tiny.pth');
  await writeFile(checkpoint, tinyCheckpoint('wrapped'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  errors = vi.spyOn(console, 'error').mockReturnValue();
  output = vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => vi.restoreAllMocks());

const reported = () => errors.mock.calls.flat().join('\n');
const convert = (args: string[]): Promise<number> => runCommandLine(['convert', ...args]);

describe('manypose convert', () => {
  it('writes a model that loads as the checkpoint was', async () => {
    expect(await convert([checkpoint, path('tiny')])).toBe(0);
    expect(output.mock.calls.flat().join()).toMatch(/coco_w4, 2 files, 1\.\d MB/);
    const model = await loadModel(path('tiny'));
    expect(model.descriptor).toEqual({ ...TINY_W4, id: 'coco_w4' });
    for (const [name, { shape, data }] of formulaWeights(TINY_W4)) {
      const expected = shape.length > 1 ? decodeFloat16(encodeFloat16(data)) : data;
      expect(Buffer.compare(Buffer.from(model.weights.get(name)!.data.buffer), Buffer.from(expected.buffer)), name).toBe(0);
    }
  });

  it('takes precision, descriptor, rescoring net and notes; clears the shards of the model it replaces, and no others', async () => {
    await writeFile(path('tiny.json'), JSON.stringify(TINY_W4));
    await writeFile(path('scorer.pth'), scorerCheckpoint());
    const out = path('full');
    expect(await convert([checkpoint, out])).toBe(0);
    // The model that was there had a shard more than this one has; another file only looks like a shard.
    const manifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
    const hostile = [{ file: 'weights-98of99.bin' }, { file: '../tiny.json' }, { file: 7 }, null];
    await writeFile(join(out, 'manifest.json'), JSON.stringify({ ...manifest, shards: [...manifest.shards, ...hostile] }));
    await writeFile(join(out, 'weights-98of99.bin'), 'of the model before');
    await writeFile(join(out, 'weights-05of99.bin'), 'of somebody else');
    const args = [
      checkpoint,
      out,
      '--dtype',
      'f32',
      '--model',
      path('tiny.json'),
      '--scorer',
      path('scorer.pth'),
      '--source',
      'a formula',
      '--licence',
      'CC0-1.0',
    ];
    expect(await convert(args)).toBe(2);
    expect(reported()).toMatch(/manifest\.json is there already; --force replaces the model/);
    expect(await convert([...args, '--force'])).toBe(0);
    const files = (await readdir(out)).sort();
    const shards = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')).shards.map(
      ({ file }: { file: string }) => file,
    );
    expect(files).toEqual(['manifest.json', ...[...shards, 'weights-05of99.bin'].sort()]);
    expect(await readdir(folder)).toContain('tiny.json');
    const model = await loadModel(out);
    expect(model.descriptor).toEqual(TINY_W4);
    expect(model.scorer!.get('l2.weight')).toEqual(formulaTensor('l2.weight', [256, 256]));
  });

  it.each<[string, () => string[], number, RegExp]>([
    ['nothing', () => [], 2, /CHECKPOINT and OUT_DIR expected/],
    ['an unknown option', () => ['a', 'b', '--fast'], 2, /--fast/],
    ['an unknown precision', () => ['a', 'b', '--dtype', 'int4'], 2, /f16 or f32, not int4/],
    ['a missing file', () => [path('none.pth'), path('x')], 2, /cannot read .*none\.pth/],
    [
      'another network',
      () => [checkpoint, path('x'), '--model', 'coco_w32'],
      1,
      /the network's:\n.* misshapen: .*transition1.*\n--verbose lists them all/,
    ],
    [
      'another network, at length',
      () => [checkpoint, path('x'), '--model', 'coco_w32', '--verbose'],
      1,
      /^misshapen: transition1\.0\.0\.weight is \[4,256,3,3\], not \[32,256,3,3\]\n/,
    ],
    ['a descriptor that is none', () => [checkpoint, path('x'), '--model', path('bad.json')], 1, /not a model descriptor: id/],
    ['a file that is no checkpoint', () => [path('bad.json'), path('x')], 1, /a text file, not a checkpoint/],
    ['an evil checkpoint', () => [path('evil.pth'), path('x')], 1, /os\.system/],
    [
      'a scorer that is none',
      () => [checkpoint, path('x'), '--scorer', checkpoint],
      1,
      /6 missing: 2 of l1, 2 of l2, 2 of l3 \(first l1\.weight\)/,
    ],
  ])('reports %s by its message', async (_, args, status, message) => {
    await writeFile(path('bad.json'), '{}');
    await writeFile(path('evil.pth'), legacyFile(pickle(op.call(op.global('os', 'system'), op.text('true')))));
    expect(await convert(args())).toBe(status);
    expect(reported()).toMatch(message);
    expect(reported()).not.toMatch(/\n\s+at /);
    expect(await readdir(folder)).not.toContain('x');
  });

  it('prints help', async () => {
    expect(await convert(['--help'])).toBe(0);
    expect(output.mock.calls.flat().join('')).toMatch(/^Usage: manypose convert CHECKPOINT OUT_DIR/);
  });
});

describe('manypose convert leaves alone', () => {
  const kept = async (file: string): Promise<string> => readFile(file, 'latin1');

  it('a manifest.json of somebody else, with --force too', async () => {
    const out = path('app');
    await mkdir(out);
    for (const text of ['{"name": "My app", "icons": []}', 'no JSON', 'null', '{"format": "manypose-weight"}']) {
      await writeFile(join(out, 'manifest.json'), text);
      for (const force of [[], ['--force']]) {
        expect(await convert([checkpoint, out, ...force])).toBe(2);
        expect(reported()).toMatch(/app.manifest\.json is not a model's and is not replaced/);
      }
      expect(await readdir(out)).toEqual(['manifest.json']);
      expect(await kept(join(out, 'manifest.json'))).toBe(text);
    }
  });

  it('shards without a manifest, unless --force is given', async () => {
    const out = path('shards');
    await mkdir(out);
    await writeFile(join(out, 'weights-01of01.bin'), 'mine');
    expect(await convert([checkpoint, out])).toBe(2);
    expect(await kept(join(out, 'weights-01of01.bin'))).toBe('mine');
    expect(await convert([checkpoint, out, '--force'])).toBe(0);
    expect(await readdir(out)).toEqual(['manifest.json', 'weights-01of01.bin']);
  });

  it.each(['a copy', 'a hard link', 'a symbolic link'])('the checkpoint, where an output would be it: %s', async (how) => {
    const out = path(`in ${how}`);
    await mkdir(out);
    const place = join(out, 'weights-01of01.bin');
    const original = path(`of ${how}.pth`);
    await copyFile(checkpoint, original);
    if (how === 'a copy') await copyFile(original, place);
    else await (how === 'a hard link' ? link : symlink)(original, place);
    const input = how === 'a copy' ? place : original;
    expect(await convert([input, out, '--force'])).toBe(2);
    expect(reported()).toMatch(/weights-01of01\.bin is (an input|the input .*\.pth), which is never written over/);
    expect(await readdir(out)).toEqual(['weights-01of01.bin']);
    expect((await readFile(input)).equals(await readFile(checkpoint))).toBe(true);
  });

  it('everything, where the checkpoint is refused or there is no room', async () => {
    const out = path('old');
    expect(await convert([checkpoint, out])).toBe(0);
    const before = await Promise.all((await readdir(out)).map(async (name) => [name, await kept(join(out, name))]));
    await writeFile(path('evil.pth'), legacyFile(pickle(op.call(op.global('os', 'system'), op.text('true')))));
    expect(await convert([path('evil.pth'), out, '--force'])).toBe(1);
    // A folder in a part's place stands for a disk that is full.
    const part = join(out, `manifest.json.${process.pid}.part`);
    await mkdir(part);
    expect(await convert([checkpoint, out, '--force', '--dtype', 'f32'])).toBe(2);
    await rm(part, { recursive: true });
    expect(await Promise.all((await readdir(out)).map(async (name) => [name, await kept(join(out, name))]))).toEqual(before);
    expect(await convert([checkpoint, checkpoint])).toBe(2);
    expect(await convert([checkpoint, join(checkpoint, 'x')])).toBe(2);
    if (process.getuid?.() !== 0) {
      await mkdir(path('locked'), { mode: 0o500 });
      expect(await convert([checkpoint, join(path('locked'), 'x')])).toBe(2);
      await chmod(path('locked'), 0o700);
    }
  });
});

it('errors show what a file or an argument holds, and nothing that a terminal obeys', async () => {
  expect(await convert([path('no\u001b[2J\u202etxt.pth'), path('x')])).toBe(2);
  expect(reported()).toContain('no\\u{1b}[2J\\u{202e}txt.pth');
  expect(await runCommandLine(['\u001b]0;title\u0007'])).toBe(2);
  await writeFile(path('named.pth'), legacyFile(pickle(op.global('a\u001b[31m', 'b\u009b'))));
  expect(await convert([path('named.pth'), path('x')])).toBe(1);
  expect(reported()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

function scorerCheckpoint(): Uint8Array {
  const items: Uint8Array[] = [];
  const storages: Record<string, { length: number; bytes: Uint8Array }> = {};
  for (const { name, shape } of scorerShapes('coco')) {
    const { data } = formulaTensor(name, shape);
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    items.push(op.text(name), op.tensor(op.storage('FloatStorage', name, data.length), 0, [...shape], strides));
    storages[name] = { length: data.length, bytes: bytesOf(new Uint8Array(data.buffer)) };
  }
  return legacyFile(pickle(op.dict(...items)), storages);
}
