import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { convertCommand } from '../../src/cli/convert.ts';
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

describe('manypose convert', () => {
  it('writes a model that loads as the checkpoint was', async () => {
    expect(await convertCommand([checkpoint, path('tiny')])).toBe(0);
    expect(output.mock.calls.flat().join()).toMatch(/coco_w4, 2 files, 1\.\d MB/);
    const model = await loadModel(path('tiny'));
    expect(model.descriptor).toEqual({ ...TINY_W4, id: 'coco_w4' });
    for (const [name, { shape, data }] of formulaWeights(TINY_W4)) {
      const expected = shape.length > 1 ? decodeFloat16(encodeFloat16(data)) : data;
      expect(Buffer.compare(Buffer.from(model.weights.get(name)!.data.buffer), Buffer.from(expected.buffer)), name).toBe(0);
    }
  });

  it('takes precision, descriptor, rescoring net and notes; clears the files of an earlier conversion', async () => {
    await writeFile(path('tiny.json'), JSON.stringify(TINY_W4));
    await writeFile(path('scorer.pth'), scorerCheckpoint());
    const out = path('full');
    expect(await convertCommand([checkpoint, out])).toBe(0);
    await writeFile(join(out, 'weights-05of99.bin'), 'of an earlier conversion');
    expect(await convertCommand([checkpoint, out, '--dtype', 'f32', '--model', path('tiny.json'),
      '--scorer', path('scorer.pth'), '--source', 'a formula', '--licence', 'CC0-1.0'])).toBe(0);
    const files = (await readdir(out)).sort();
    expect(files).toEqual(['manifest.json', ...files.filter((name) => /^weights-0\dof0\d\.bin$/.test(name))]);
    expect(new Set(files.slice(1).map((name) => name.slice(-8))).size).toBe(1);
    const model = await loadModel(out);
    expect(model.descriptor).toEqual(TINY_W4);
    expect(model.scorer!.get('l2.weight')).toEqual(formulaTensor('l2.weight', [256, 256]));
  });

  it.each<[string, () => string[], number, RegExp]>([
    ['nothing', () => [], 2, /CHECKPOINT and OUT_DIR expected/],
    ['an unknown option', () => ['a', 'b', '--fast'], 2, /--fast/],
    ['an unknown precision', () => ['a', 'b', '--dtype', 'int4'], 2, /f16 or f32, not int4/],
    ['a missing file', () => [path('none.pth'), path('x')], 2, /cannot read .*none\.pth/],
    ['another network', () => [checkpoint, path('x'), '--model', 'coco_w32'], 1, /misshapen: transition1/],
    ['a descriptor that is none', () => [checkpoint, path('x'), '--model', path('bad.json')], 1, /not a model descriptor: id/],
    ['a file that is no checkpoint', () => [path('bad.json'), path('x')], 1, /a text file, not a checkpoint/],
    ['an evil checkpoint', () => [path('evil.pth'), path('x')], 1, /os\.system/],
    ['a scorer that is none', () => [checkpoint, path('x'), '--scorer', checkpoint], 1, /6 missing: l1.weight/],
  ])('reports %s by its message', async (_, args, status, message) => {
    await writeFile(path('bad.json'), '{}');
    await writeFile(path('evil.pth'), legacyFile(pickle(op.call(op.global('os', 'system'), op.text('true')))));
    expect(await convertCommand(args())).toBe(status);
    expect(reported()).toMatch(message);
    expect(reported()).not.toMatch(/\n\s+at /);
    expect(await readdir(folder)).not.toContain('x');
  });

  it('prints help', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await convertCommand(['--help'])).toBe(0);
    expect(write.mock.calls.flat().join('')).toMatch(/Usage: manypose convert CHECKPOINT OUT_DIR/);
  });
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
