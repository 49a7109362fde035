import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelFile } from '../../src/convert/write.ts';
import { modelFiles } from '../../src/convert/write.ts';
import { ManyposeError } from '../../src/errors.ts';
import type { ModelFetch } from '../../src/model/download.ts';
import { loadModel } from '../../src/model/load.ts';
import { sha256 } from '../../src/model/sha256.ts';
import { formulaWeights } from '../support/formula-weights.ts';
import { MODEL_URL, modelServer } from '../support/model-server.ts';
import { TINY_W4 } from '../support/models.ts';

let files: ModelFile[];
beforeAll(async () => {
  files = await modelFiles({ model: TINY_W4, weights: formulaWeights(TINY_W4) }, 'f16', 2 ** 20);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const shards = (): string[] => files.slice(1).map(({ name }) => name);
const bytesOf = (url: string): Uint8Array<ArrayBuffer> => files.find(({ name }) => url.endsWith(name))!.bytes;

describe('an address with a signature', () => {
  it.each([
    [`${MODEL_URL}manifest.json?sig=a%2Fb&se=1`, '?sig=a%2Fb&se=1'],
    [`${MODEL_URL}?sig=x`, '?sig=x'],
    [MODEL_URL.replace(/\/$/, '?sig=x'), '?sig=x'],
  ])('is that of the shards too: %s', async (source, query) => {
    const asked: string[] = [];
    const signed: ModelFetch = async (url) => {
      asked.push(url);
      return url.endsWith(query) ? new Response(bytesOf(url.slice(0, -query.length))) : new Response('', { status: 403 });
    };
    await loadModel(source, { fetch: signed });
    expect(asked).toEqual(['manifest.json', ...shards()].map((name) => `${MODEL_URL}${name}${query}`));
  });

  const signed = `${MODEL_URL}?sig=secret`;
  const named = signed.replace('//', '//user:secret@');
  it.each<[string, string, ModelFetch]>([
    ['a status', signed, async () => new Response('', { status: 403 })],
    ['a page', signed, async () => new Response('<html>')],
    ['no JSON', signed, async () => new Response('{')],
    ['no manifest', signed, async () => new Response('{}')],
    ['a password', named, async () => new Response('', { status: 401 })],
    ['words of the platform', signed, (url) => Promise.reject(new TypeError(`refused to connect to '${url}'`))],
    ['its own words of a password', named, fetch],
  ])('does not appear in messages: %s', async (_, address, answer) => {
    const error: unknown = await loadModel(address, { fetch: answer }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ManyposeError);
    expect((error as Error).message).not.toContain('secret');
  });
});

describe("a manifest of the page's own", () => {
  const origin = 'blob:https://app.example/';
  const picked = (named: (file: string) => string): ModelFetch => {
    const manifest = JSON.parse(new TextDecoder().decode(files[0].bytes));
    manifest.shards = manifest.shards.map((shard: { file: string }) => ({ ...shard, file: named(shard.file) }));
    return async (url) => new Response(url === `${origin}manifest` ? JSON.stringify(manifest) : bytesOf(url));
  };

  it('names the addresses of its shards, which are not cached', async () => {
    const put = vi.fn();
    vi.stubGlobal('caches', { open: async () => ({ match: async () => undefined, put, keys: async () => [] }) });
    expect((await loadModel(`${origin}manifest`, { fetch: picked((file) => origin + file) })).descriptor).toEqual(TINY_W4);
    expect(put).not.toHaveBeenCalled();
    await loadModel(MODEL_URL, { fetch: modelServer(files).fetch });
    expect(put).toHaveBeenCalledTimes(shards().length);
  });

  it('says so where it does not', async () => {
    await expect(loadModel(`${origin}manifest`, { fetch: picked((file) => file) })).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(
        /at a blob: address must name each shard's blob: address as its file, not weights-01of02\.bin/,
      ),
    });
  });
});

it.each(['blob:https://app.example/1', 'data:text/javascript,1'])(
  'a relative address in a worker made of %s says what to do',
  async (href) => {
    vi.stubGlobal('location', { href });
    await expect(loadModel('models/coco_w32/', { fetch: modelServer(files).fetch })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/nothing is relative; pass new URL\('models\/…', document\.baseURI\)\.href from the page/),
    });
    expect((await loadModel(MODEL_URL, { fetch: modelServer(files).fetch })).descriptor).toEqual(TINY_W4);
  },
);

describe('what a server says of a file', () => {
  it('does not matter if the bytes are right', async () => {
    for (const type of ['text/html; charset=utf-8', 'application/json', 'video/mp4', '']) {
      const typed: ModelFetch = async (url) => new Response(bytesOf(url), { headers: { 'content-type': type } });
      expect((await loadModel(MODEL_URL, { fetch: typed })).descriptor).toEqual(TINY_W4);
    }
  });

  it('explains an index page in place of a shard', async () => {
    for (const page of ['<html>', `<html>${' '.repeat(2 ** 21)}`]) {
      const spa: ModelFetch = async (url) =>
        url.endsWith('.json') ? new Response(files[0].bytes) : new Response(page, { headers: { 'content-type': 'text/html' } });
      await expect(loadModel(MODEL_URL, { fetch: spa })).rejects.toMatchObject({
        code: 'download-failed',
        message: expect.stringMatching(/weights-01of02\.bin is an HTML page/),
      });
    }
  });
});

describe('a download that is interrupted', () => {
  const broken = (after: Uint8Array): Response => {
    let pieces = 0;
    return new Response(
      new ReadableStream({
        pull: (controller) => (pieces++ ? controller.error(new TypeError('network error')) : controller.enqueue(after)),
      }),
    );
  };
  /** One that ignores its signal, as custom ones may. */
  const silent = (): Promise<Response> => new Promise(() => {});
  const stalls = (): Response => {
    let pieces = 0;
    return new Response(
      new ReadableStream({ pull: (controller) => (pieces++ ? new Promise(() => {}) : controller.enqueue(new Uint8Array(10))) }),
    );
  };
  const interruptions: [string, () => Response | Promise<Response>, RegExp][] = [
    ['a status of 500', () => new Response('', { status: 500, statusText: 'Oops' }), /the server answered 500 Oops/],
    ['a status of 503', () => new Response('', { status: 503 }), /the server answered 503/],
    ['a connection refused', () => Promise.reject(new TypeError('Failed to fetch')), /Failed to fetch/],
    ['a connection reset', () => broken(new Uint8Array(10)), /broke off after 10 bytes: network error/],
    ['silence', silent, /nothing came for 30 s/],
    ['silence after a piece', stalls, /broke off after 10 bytes: nothing came for 30 s/],
  ];

  /** Fails as often as is said for each file. */
  const failing = (
    name: string,
    times: number,
    answer: () => Response | Promise<Response>,
  ): { fetch: ModelFetch; asked: string[] } => {
    const asked: string[] = [];
    return {
      asked,
      fetch: async (url) => {
        asked.push(url.slice(MODEL_URL.length));
        return url.endsWith(name) && asked.filter((file) => file === name).length <= times
          ? answer()
          : new Response(bytesOf(url));
      },
    };
  };
  /** Minutes pass at once. */
  const settled = async <T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> => {
    const result = Promise.allSettled([promise]);
    await vi.advanceTimersByTimeAsync(600_000);
    return (await result)[0];
  };

  describe.each(['manifest.json', 'weights-02of02.bin'])('of %s', (name) => {
    it.each(interruptions)('by %s is tried once more, and only once', async (_, answer, message) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const once = failing(name, 1, answer);
      expect(await settled(loadModel(MODEL_URL, { fetch: once.fetch }))).toMatchObject({ status: 'fulfilled' });
      expect(once.asked.filter((file) => file === name)).toHaveLength(2);
      const twice = failing(name, 2, answer);
      expect(await settled(loadModel(MODEL_URL, { fetch: twice.fetch }))).toMatchObject({
        status: 'rejected',
        reason: { name: 'ManyposeError', code: 'download-failed', message: expect.stringMatching(message) },
      });
      expect(twice.asked.filter((file) => file === name)).toHaveLength(2);
      expect(vi.getTimerCount()).toBe(0);
    });

    it.each([400, 401, 403, 404, 410])('by a status of %i is not tried again', async (status) => {
      const server = failing(name, 1, () => new Response('', { status }));
      await expect(loadModel(MODEL_URL, { fetch: server.fetch })).rejects.toMatchObject({
        code: 'download-failed',
        message: expect.stringContaining(String(status)),
      });
      expect(server.asked.filter((file) => file === name)).toHaveLength(1);
    });

    it('is not tried again once it is aborted', async () => {
      const controller = new AbortController();
      const server = failing(name, 1, () => {
        queueMicrotask(() => controller.abort());
        return new Response('', { status: 503 });
      });
      await expect(loadModel(MODEL_URL, { fetch: server.fetch, signal: controller.signal })).rejects.toMatchObject({
        code: 'aborted',
      });
      expect(server.asked.filter((file) => file === name)).toHaveLength(1);
    });
  });

  it('is not one while pieces keep coming, however slowly', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const slow: ModelFetch = async (url) => {
      const bytes = bytesOf(url);
      let at = 0;
      return new Response(
        new ReadableStream({
          pull: async (controller) => {
            await new Promise((resolve) => setTimeout(resolve, 29_000));
            if (at >= bytes.length) return controller.close();
            controller.enqueue(bytes.slice(at, (at += bytes.length >> 2)));
          },
        }),
      );
    };
    expect(await settled(loadModel(MODEL_URL, { fetch: slow }))).toMatchObject({ status: 'fulfilled' });
  });
});

describe('weights', () => {
  it.each([
    ['f16', NaN],
    ['f16', Infinity],
    ['f32', NaN],
    ['f32', -Infinity],
  ] as const)('of %s that are %d are corrupt', async (dtype, value) => {
    const whole = await modelFiles({ model: TINY_W4, weights: formulaWeights(TINY_W4) }, dtype);
    const bytes = whole[1].bytes.slice();
    const manifest = JSON.parse(new TextDecoder().decode(whole[0].bytes));
    const { offset } = manifest.tensors[4];
    const view = new DataView(bytes.buffer);
    if (dtype === 'f16') view.setUint16(offset, Number.isNaN(value) ? 0x7e00 : 0x7c00, true);
    else view.setFloat32(offset, value, true);
    manifest.shards[0].sha256 = await sha256(bytes);
    const server: ModelFetch = async (url) => new Response(url.endsWith('.json') ? JSON.stringify(manifest) : bytes);
    await expect(loadModel(MODEL_URL, { fetch: server })).rejects.toMatchObject({
      code: 'corrupt-weights',
      message: `${manifest.tensors[4].name} holds values that are infinite or no numbers`,
    });
  });

  it('of a manifest without end are refused before it is read', async () => {
    let sent = 0;
    const endless: ModelFetch = async () =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(sent++ && 2 ** 20).fill(32)) }));
    await expect(loadModel(MODEL_URL, { fetch: endless })).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/larger than any manifest/),
    });
    expect(sent).toBeLessThan(20);
  });
});
