import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadModel } from '../../src/model/load.ts';
import { presetOf } from '../../src/network/presets.ts';
import { COCO_W32 } from '../support/models.ts';

const folder = new URL('../../models/coco_w32/', import.meta.url);

it('the shipped coco_w32 loads: every shard has its hash, every tensor finite numbers', async () => {
  const model = await loadModel(folder);
  const { presets, decoding, ...network } = model.descriptor;
  expect(network).toEqual(COCO_W32);
  // No preset costs less than one before it.
  const costs = (['fast', 'balanced', 'best'] as const).map((quality) => {
    expect(presets![quality]).toBeDefined();
    const { inputSize, scales = [1], flip = false } = presetOf(model.descriptor, quality);
    return scales.reduce((sum, scale) => sum + (scale * inputSize) ** 2, 0) * (flip ? 2 : 1);
  });
  expect(costs).toEqual([...costs].sort((a, b) => a - b));
  expect(new Set(costs).size).toBe(3);
  expect(decoding).toBeDefined();
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
