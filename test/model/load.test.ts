import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelFile } from '../../src/convert/write.ts';
import { modelFiles } from '../../src/convert/write.ts';
import { decodeFloat16, encodeFloat16 } from '../../src/model/float16.ts';
import { loadModel } from '../../src/model/load.ts';
import { scorerShapes } from '../../src/model/scorer-shapes.ts';
import { foldedShapes } from '../../src/network/weights.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { formulaTensor, formulaWeights } from '../support/formula-weights.ts';
import type { ModelServer } from '../support/model-server.ts';
import { MODEL_URL, modelServer } from '../support/model-server.ts';
import { TINY_W4 } from '../support/models.ts';

const weights = formulaWeights(TINY_W4);
const scorer = new Map(scorerShapes('coco').map(({ name, shape }) => [name, formulaTensor(name, shape)]));
/** One shard in half precision, with the rescoring net in single. */
let files: ModelFile[];
/** Two shards, so that things can be right in one and wrong in the other. */
let twoShards: ModelFile[];

beforeAll(async () => {
  files = await modelFiles({ model: TINY_W4, weights, scorer }, 'f16');
  twoShards = await modelFiles({ model: TINY_W4, weights, scorer }, 'f16', 2 ** 20);
});
afterEach(() => vi.unstubAllGlobals());

const load = (server: ModelServer, options: Parameters<typeof loadModel>[1] = {}) =>
  loadModel(MODEL_URL, { fetch: server.fetch, ...options });

describe('a model that was converted', () => {
  it('comes back in half precision, its biases and rescoring net in full', async () => {
    const model = await load(modelServer(files));
    expect(model.descriptor).toEqual(TINY_W4);
    expect([...model.weights.keys()]).toEqual(foldedShapes(buildNetwork(TINY_W4)).map(({ name }) => name));
    for (const [name, { shape, data }] of weights) {
      const expected = shape.length > 1 ? decodeFloat16(encodeFloat16(data)) : data;
      expect(model.weights.get(name)!.shape).toEqual(shape);
      expect(same(model.weights.get(name)!.data, expected), name).toBe(true);
    }
    for (const [name, { data }] of scorer) expect(same(model.scorer!.get(name)!.data, data), name).toBe(true);
  });

  it('comes back bit for bit in single precision', async () => {
    const model = await load(modelServer(await modelFiles({ model: TINY_W4, weights }, 'f32')));
    for (const [name, { data }] of weights) expect(same(model.weights.get(name)!.data, data), name).toBe(true);
    expect(model.scorer).toBeUndefined();
  });

  it('refuses to write numbers that half precision cannot hold', async () => {
    const large = new Map(weights).set('conv1.weight', { shape: [64, 3, 3, 3], data: new Float32Array(1728).fill(7e4) });
    await expect(modelFiles({ model: TINY_W4, weights: large }, 'f16')).rejects.toMatchObject({
      code: 'invalid-checkpoint',
      message: expect.stringContaining('conv1.weight'),
    });
  });

  it.each(['https://models.example/tiny', `${MODEL_URL}manifest.json`, new URL(MODEL_URL)])('is found at %s', async (source) => {
    expect((await loadModel(source, { fetch: modelServer(files).fetch })).descriptor.id).toBe('tiny_w4');
  });

  it('is read from disk under Node, by URL, path or relative path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manypose model '));
    try {
      for (const { name, bytes } of files) await writeFile(join(folder, name), bytes);
      for (const source of [pathToFileURL(folder), folder, relative(process.cwd(), folder), pathToFileURL(folder).href]) {
        expect((await loadModel(source)).weights.size).toBe(weights.size);
      }
      await rm(join(folder, 'weights-01of01.bin'));
      await expect(loadModel(folder)).rejects.toMatchObject({
        code: 'download-failed',
        message: expect.stringMatching(/weights-01of01.*404/),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('progress', () => {
  it('only grows, and ends at the total', async () => {
    const seen: { loaded: number; total: number }[] = [];
    await load(modelServer(twoShards), { onProgress: (progress) => seen.push(progress) });
    const total = twoShards.slice(1).reduce((sum, file) => sum + file.bytes.length, 0);
    expect(twoShards.length).toBe(3);
    expect(seen[0]).toEqual({ loaded: 0, total });
    expect(seen.at(-1)).toEqual({ loaded: total, total });
    expect(seen.length).toBeGreaterThan(10);
    for (let i = 1; i < seen.length; i++) expect(seen[i].loaded).toBeGreaterThan(seen[i - 1].loaded);
  });

  it('does not go back when a shard is downloaded again', async () => {
    const server = modelServer(twoShards);
    const good = server.files.get('weights-01of02.bin')!;
    server.files.set('weights-01of02.bin', altered(good));
    const seen: number[] = [];
    // The HTTP cache has the old file, the server the new one.
    const stale: typeof fetch = (input, init) => {
      if (init?.cache === 'reload') server.files.set('weights-01of02.bin', good);
      return server.fetch(input, init);
    };
    await load(server, { fetch: stale, onProgress: ({ loaded }) => seen.push(loaded) });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('files that are not right', () => {
  it.each([
    ['altered', altered, /weights-02of02.bin has SHA-256/],
    ['cut short', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -1), /weights-02of02.bin has \d+ bytes instead of/],
    ['empty', () => new Uint8Array(), /weights-02of02.bin has 0 bytes instead of/],
    ['too long', (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(bytes.length + 1), /weights-02of02.bin is longer/],
  ])('reports a shard that is %s, after asking twice', async (_, change, message) => {
    const server = modelServer(twoShards);
    server.files.set('weights-02of02.bin', change(server.files.get('weights-02of02.bin')!));
    await expect(load(server)).rejects.toMatchObject({ code: 'corrupt-weights', message: expect.stringMatching(message) });
    expect(server.requests.filter(({ file }) => file === 'weights-02of02.bin').map(({ cache }) => cache)).toEqual([
      'default',
      'reload',
    ]);
  });

  it('reports a shard that is missing, with address and status', async () => {
    const server = modelServer(twoShards);
    server.files.delete('weights-02of02.bin');
    await expect(load(server)).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(/https:.*weights-02of02\.bin.*404 Not Found/),
    });
  });

  it('reports a network that is down', async () => {
    const down: typeof fetch = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(loadModel(MODEL_URL, { fetch: down })).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(/manifest\.json: Failed to fetch/),
    });
  });

  it('reports a connection that breaks', async () => {
    const server = modelServer(files);
    const breaking: typeof fetch = async (input, init) => {
      if (!String(input).endsWith('.bin')) return server.fetch(input, init);
      let pieces = 0;
      return new Response(
        new ReadableStream({
          pull: (controller) => (pieces++ ? controller.error(new Error('reset')) : controller.enqueue(new Uint8Array(10))),
        }),
      );
    };
    await expect(load(server, { fetch: breaking })).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(/broke off after 10 bytes: reset/),
    });
  });

  it('explains an index page in place of a file', async () => {
    const page = '<!doctype html><title>app</title>';
    for (const headers of [{ 'content-type': 'text/html; charset=utf-8' }, { 'content-type': 'text/plain' }]) {
      await expect(loadModel(MODEL_URL, { fetch: async () => new Response(page, { headers }) })).rejects.toMatchObject({
        code: 'download-failed',
        message: expect.stringMatching(/manifest\.json is an HTML page/),
      });
    }
  });

  it('explains what is no manifest', async () => {
    const answer = (text: string) => loadModel(MODEL_URL, { fetch: async () => new Response(text) });
    await expect(answer('{"a":')).rejects.toMatchObject({ code: 'invalid-model', message: expect.stringContaining('not JSON') });
    await expect(answer('{"a":1}')).rejects.toMatchObject({ code: 'invalid-model' });
    await expect(loadModel('http://')).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

describe('abort', () => {
  it('before anything', async () => {
    const server = modelServer(files);
    await expect(load(server, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(server.requests).toEqual([]);
  });

  it.each(['manifest.json', 'weights-01of01.bin'])('while %s does not arrive', async (stuck) => {
    const controller = new AbortController();
    const server = modelServer(files);
    const waiting: typeof fetch = (input, init) => {
      if (!String(input).endsWith(stuck)) return server.fetch(input, init);
      setImmediate(() => controller.abort());
      // One that ignores its signal.
      return stuck.endsWith('.json') ? new Promise(() => {}) : Promise.resolve(new Response(new ReadableStream({})));
    };
    await expect(load(server, { fetch: waiting, signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
  });

  it('between the pieces of a shard', async () => {
    const controller = new AbortController();
    const reports: number[] = [];
    const loading = load(modelServer(twoShards), {
      signal: controller.signal,
      onProgress: ({ loaded }) => {
        reports.push(loaded);
        if (loaded > 500_000) controller.abort();
      },
    });
    await expect(loading).rejects.toMatchObject({ code: 'aborted' });
    const told = reports.length;
    // Far more turns than the rest of the model would come in.
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(reports.length).toBe(told);
  });
});

describe("the browser's cache", () => {
  it('serves what was checked, drops old versions, and never what is altered', async () => {
    const cache = fakeCache();
    vi.stubGlobal('caches', { open: async () => cache });
    const server = modelServer(files);
    const shards = () => server.requests.filter(({ file }) => file.endsWith('.bin')).length;
    await load(server);
    await load(server);
    expect(shards()).toBe(1);

    const [key] = cache.entries.keys();
    cache.entries.set(key, altered(cache.entries.get(key)!));
    const seen: number[] = [];
    await load(server, { onProgress: ({ loaded }) => seen.push(loaded) });
    expect(shards()).toBe(2);
    expect(seen.at(-1)).toBe(files[1].bytes.length);

    const update = await modelFiles(
      { model: TINY_W4, weights: new Map(weights).set('conv1.bias', { shape: [64], data: new Float32Array(64) }), scorer },
      'f16',
    );
    for (const { name, bytes } of update) server.files.set(name, bytes);
    expect((await load(server)).weights.get('conv1.bias')!.data[0]).toBe(0);
    expect(shards()).toBe(3);
    expect(cache.entries.size).toBe(1);
  });

  it('is not needed: full, forbidden or broken, loading goes on', async () => {
    const fails = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    for (const open of [
      fails,
      async () => ({ match: fails, put: fails }),
      async () => ({ match: async () => undefined, put: fails }),
    ]) {
      vi.stubGlobal('caches', { open });
      expect((await load(modelServer(files))).weights.size).toBe(weights.size);
    }
  });
});

function altered(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  copy[copy.length >> 1] ^= 1;
  return copy;
}

function same(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

/** As much of the Cache API as is used, in memory. */
function fakeCache() {
  const entries = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    entries,
    match: async (url: string) => (entries.has(url) ? new Response(entries.get(url)!) : undefined),
    put: async (url: string, response: Response) => void entries.set(url, new Uint8Array(await response.arrayBuffer())),
    keys: async (url: string) =>
      [...entries.keys()].filter((key) => key.split('?')[0] === url.split('?')[0]).map((key) => ({ url: key })),
    delete: async ({ url }: { url: string }) => entries.delete(url),
  };
}
