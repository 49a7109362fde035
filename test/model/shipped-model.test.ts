import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadModel } from '../../src/model/load.ts';
import { COCO_W32 } from '../support/models.ts';

const folder = new URL('../../models/coco_w32/', import.meta.url);

it('the shipped coco_w32 loads: every shard has its hash, every tensor finite numbers', async () => {
  const model = await loadModel(folder);
  expect(model.descriptor).toEqual(COCO_W32);
  for (const [name, { data }] of model.weights) expect(data.every(Number.isFinite), name).toBe(true);
});

it('ships what its manifest lists and nothing else', () => {
  const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8'));
  const listed = manifest.shards.map((shard: { file: string }) => shard.file);
  expect(
    readdirSync(folder)
      .filter((name) => name.endsWith('.bin'))
      .sort(),
  ).toEqual(listed);
  expect(manifest.licence).toBe('Apache-2.0');
});
