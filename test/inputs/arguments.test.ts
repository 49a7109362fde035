import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Detector, DetectorOptions, EstimationConfig, ImageInput } from '../../src/index.ts';
import { createDetector, drawPoses, ManyposeError } from '../../src/index.ts';
import { writeTinyPeople } from '../support/tiny-people.ts';

let modelUrl: string;
let detector: Detector;
beforeAll(async () => {
  modelUrl = await mkdtemp(join(tmpdir(), 'manypose-arguments-'));
  await writeTinyPeople(modelUrl);
  detector = await createDetector({ modelUrl, runtime: 'wasm', threads: 1, inputSize: 64 });
});
afterAll(async () => {
  detector.dispose();
  await rm(modelUrl, { recursive: true });
});

/** A page of spots, some of which pass for people. */
const SPOTS = `
  const [width, height] = [96, 64];
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    data.fill(255 * Math.exp(-(Math.hypot((x % 48) - 24, y - 30) ** 2) / 40), 4 * i, 4 * i + 4);
  }`;
const spots = (make: string, realm = createContext({})): ImageInput =>
  runInContext(`(() => { ${SPOTS} return ${make}; })()`, realm) as ImageInput;

/** An object that throws when one of its properties is read. */
const unreadable = (name: string, others: object = {}): object =>
  Object.defineProperty({ ...others }, name, {
    get() {
      throw new Error('no reading');
    },
    enumerable: true,
  });

describe('estimatePoses', () => {
  it('finds the same in pixels of another realm, and in memory that is shared or may grow', async () => {
    const expected = await detector.estimatePoses(new Function(`${SPOTS} return { data, width, height };`)() as ImageInput);
    expect(expected.length).toBeGreaterThan(0);
    for (const make of [
      '{ data, width, height }',
      '{ data: new Uint8Array(data), width, height }',
      '(() => { const shared = new Uint8Array(new SharedArrayBuffer(data.length)); shared.set(data); return { data: shared, width, height }; })()',
      '(() => { const grows = new Uint8Array(new ArrayBuffer(data.length, { maxByteLength: 1e6 })); grows.set(data); return { data: grows, width, height }; })()',
      "{ shape: [height, width, 4], dtype: 'int32', data: async () => Int32Array.from(data) }",
    ])
      expect(await detector.estimatePoses(spots(make))).toEqual(expected);
  });

  it('takes an image beyond what textures hold', async () => {
    const [width, height] = [12_000, 6750];
    expect(await detector.estimatePoses({ data: new Uint8Array(4 * width * height), width, height })).toBeInstanceOf(Array);
  });

  const image = { data: new Uint8Array(4 * 64 * 64), width: 64, height: 64 };
  it.each<[unknown[], string]>([
    [[], 'invalid-image'],
    [[null], 'invalid-image'],
    [['photo.jpg'], 'invalid-image'],
    [[{}], 'invalid-image'],
    [[{ ...image, width: '64' }], 'invalid-image'],
    [
      [
        {
          shape: [4, 4, 3],
          dtype: 'int32',
          data: () => {
            throw new Error('no');
          },
        },
      ],
      'invalid-image',
    ],
    [[{ shape: [4, 4, 3], dtype: 'int32', data: () => 7 }], 'invalid-image'],
    [[{ shape: [1e9, 1e9, 3], dtype: 'int32', data: async () => [] }], 'invalid-image'],
    [[image, null], 'invalid-argument'],
    [[image, 7], 'invalid-argument'],
    [[image, { inputSize: '256' }], 'invalid-argument'],
    [[image, unreadable('flip')], 'invalid-argument'],
    [[unreadable('data')], 'invalid-image'],
    [[unreadable('data', { shape: [4, 4, 3] })], 'invalid-image'],
    [[unreadable('shape', { data: async () => [] })], 'invalid-image'],
    [[unreadable('dtype', { shape: [4, 4, 3], data: async () => [] })], 'invalid-image'],
    [[unreadable('width', { ...image, width: undefined })], 'invalid-image'],
    [[image, { flip: 1 }], 'invalid-argument'],
    [[image, { flipHorizontal: true }], 'invalid-argument'],
    [[image, {}, 'now'], 'invalid-argument'],
    [[image, {}, null], 'invalid-argument'],
  ])('of arguments %# is a typed error', async (args, code) => {
    const estimate = detector.estimatePoses as (...args: unknown[]) => Promise<unknown>;
    // Never thrown, always a rejection.
    const error = await estimate(...args).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ManyposeError);
    expect(error).toMatchObject({ code });
  });

  it('goes on after all that', async () => {
    const configs: EstimationConfig[] = [{}, { flip: true }, { inputSize: 96 }];
    for (const config of configs) expect(await detector.estimatePoses(image, config, 12.5)).toBeInstanceOf(Array);
  });
});

describe('createDetector', () => {
  const aborted = AbortSignal.abort('enough');
  const answering = (response: unknown): DetectorOptions => ({ modelUrl: 'x', fetch: (async () => response) as never });

  it.each<[unknown, string]>([
    [null, 'invalid-argument'],
    ['models/', 'invalid-argument'],
    [{ modelUrl: null }, 'invalid-argument'],
    [{ modelUrl: { href: 7 } }, 'invalid-argument'],
    [{ modelUrl: 'http://[' }, 'invalid-argument'],
    [{ modelUrl: 'no-such-protocol://x/' }, 'download-failed'],
    [{ modelUrl: '/nowhere/' }, 'download-failed'],
    [{ backend: 'webgl' }, 'invalid-argument'],
    [unreadable('runtime'), 'invalid-argument'],
    [{ inputSize: '256' }, 'invalid-argument'],
    [{ signal: { aborted: false, addEventListener() {} } }, 'invalid-argument'],
    [{ signal: null }, 'invalid-argument'],
    [{ signal: aborted }, 'aborted'],
    [{ device: null }, 'invalid-argument'],
    [{ device: { createBuffer() {}, queue: {}, lost: Promise.resolve() } }, 'invalid-argument'],
    [{ onProgress: null }, 'invalid-argument'],
    [
      {
        onProgress: () => {
          throw new Error('the caller fails');
        },
      },
      'invalid-argument',
    ],
    [
      {
        fetch: () => {
          throw new Error('no');
        },
      },
      'download-failed',
    ],
    [{ fetch: () => undefined }, 'download-failed'],
    [answering(null), 'download-failed'],
    [answering({}), 'download-failed'],
    [answering({ ok: true, status: 200, headers: new Headers(), body: 'text' }), 'download-failed'],
    [answering({ ok: true, status: 200, body: null }), 'download-failed'],
    [answering({ ok: true, status: 200, headers: new Headers(), body: new Response('{').body }), 'invalid-model'],
    [{ modelIntegrity: 'md5' }, 'invalid-argument'],
    [{ runtime: 'webgl' }, 'no-runtime'],
    [{ runtime: 'constructor' }, 'invalid-argument'],
    [{ threads: '2' }, 'invalid-argument'],
  ])('of options %# is a typed error', async (options, code) => {
    const own = Object.getOwnPropertyDescriptors(options ?? {}); // which reads none
    const given = typeof options === 'object' && options !== null ? Object.defineProperties({ modelUrl }, own) : options;
    const error = await createDetector(given as DetectorOptions).then(
      (opened) => opened.dispose(),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ManyposeError);
    expect(error).toMatchObject({ code });
  });
});

describe('drawPoses', () => {
  const context = { beginPath() {}, lineTo() {}, stroke() {}, save() {}, restore() {} };

  it.each<unknown[]>([
    [],
    [null, []],
    [{}, []],
    [context],
    [context, {}],
    [context, [null]],
    [context, [{ score: 1 }]],
    [context, [], null],
    [context, [], unreadable('scale')],
    [context, [], { color: ['red'] }],
    [context, [], { colors: 'red' }],
    [context, [], { colors: [] }],
    [context, [], { scale: '2' }],
    [context, [], { scale: 0 }],
    [context, [], { keypointSet: 'coco' }],
    [context, [{ keypoints: [{ x: 1, y: 1, score: 1 }] }]],
  ])('of arguments %# is a typed error', (...args) => {
    const draw = drawPoses as (...args: unknown[]) => void;
    expect(() => draw(...args)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});
