import { createHash } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { ModelFile } from '../../src/convert/write.ts';
import { modelFiles } from '../../src/convert/write.ts';
import { loadModel } from '../../src/model/load.ts';
import { formulaWeights } from '../support/formula-weights.ts';
import { MODEL_URL, modelServer } from '../support/model-server.ts';
import { TINY_W4 } from '../support/models.ts';

let files: ModelFile[];
let right: string;
const wrong = `sha256-${createHash('sha256').update('another manifest').digest('base64')}`;

beforeAll(async () => {
  files = await modelFiles({ model: TINY_W4, weights: formulaWeights(TINY_W4) }, 'f16');
  const manifest = files.find(({ name }) => name === 'manifest.json')!;
  right = `sha256-${createHash('sha256').update(manifest.bytes).digest('base64')}`;
});

it.each([
  ["the manifest's hash", () => right],
  ['one of several hashes', () => `${wrong}\n ${right}`],
])('loads a model with %s', async (_what, integrity) => {
  const model = await loadModel(MODEL_URL, { fetch: modelServer(files).fetch, integrity: integrity() });
  expect(model.descriptor).toEqual(TINY_W4);
});

it('refuses a manifest with another hash, before any shard is fetched, and tells both hashes', async () => {
  const server = modelServer(files);
  await expect(loadModel(MODEL_URL, { fetch: server.fetch, integrity: wrong })).rejects.toMatchObject({
    code: 'corrupt-weights',
    message: `${MODEL_URL}manifest.json has the hash ${right} instead of ${wrong}`,
  });
  expect(server.requests.map(({ file }) => file)).toEqual(['manifest.json']);
});

it.each(['', 'sha256-', 'sha256-abc', 'sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC', 'e3b0c442'])(
  'refuses %j as a hash, before anything is fetched',
  async (integrity) => {
    const server = modelServer(files);
    await expect(loadModel(MODEL_URL, { fetch: server.fetch, integrity })).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(server.requests).toEqual([]);
  },
);
