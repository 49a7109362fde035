import { describe, expect, it } from 'vitest';
import { fitInput } from '../../src/geometry.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { readDetectorOptions, readEstimation } from '../../src/options.ts';
import { passesOf } from '../../src/runtime/passes.ts';
import { TINY_W4 } from '../support/models.ts';

const KINDS = ['webgpu', 'webgl', 'wasm', 'cpu'];
const detector = (options: unknown) => () => readDetectorOptions(options as object, KINDS);
const config = (options: unknown) => () => readEstimation(options as object);
const refused = (message: string) =>
  expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(message) as string });

describe('options of a detector', () => {
  it('may be anything that is documented, or left out', () => {
    const signal = new AbortController().signal;
    const device = { createBuffer() {}, pushErrorScope() {}, features: [], limits: {}, queue: {}, lost: Promise.resolve() };
    for (const options of [
      {},
      { modelUrl: 'models/' },
      { modelUrl: new URL('file:///models/') },
      { modelIntegrity: 'sha256-abc' },
      { runtime: 'auto' },
      { runtime: 'wasm', threads: 4 },
      { device },
      { device, runtime: 'webgpu' },
      { inputSize: 96 },
      { quality: 'fast', inputSize: 96 },
      { signal, onProgress: () => {} },
      { modelUrl: undefined, runtime: undefined, device: undefined, threads: undefined, signal: undefined },
    ])
      detector(options)();
  });

  it.each<[unknown, string]>([
    [null, 'createDetector: expected options as an object, got null'],
    ['coco_w32', "expected options as an object, got 'coco_w32'"],
    [[], 'expected options as an object, got []'],
    [{ modelURL: 'models/' }, "there is no option 'modelURL' (did you mean 'modelUrl'?); there are modelUrl, modelIntegrity, "],
    [{ backend: 'webgl' }, "there is no option 'backend'; there are modelUrl, "],
    [{ model: '' }, "there is no option 'model' (did you mean 'modelUrl'?); there are modelUrl, "],
    [{ thread: 2 }, "'thread' (did you mean 'threads'?)"],
    [{ inputsize: 256 }, "'inputsize' (did you mean 'inputSize'?)"],
    [{ input_size: 256 }, "'input_size' (did you mean 'inputSize'?)"],
    [{ onprogres: () => {} }, "'onprogres' (did you mean 'onProgress'?)"],
    [{ singal: undefined }, "'singal' (did you mean 'signal'?)"],
    [{ ['x'.repeat(1e6)]: 1 }, `no option '${'x'.repeat(40)}'; there are modelUrl`],
    [{ runtime: 'gpu' }, "runtime must be one of 'auto', 'webgpu', 'webgl', 'wasm', 'cpu', got 'gpu'"],
    [{ runtime: null }, 'got null'],
    [{ modelUrl: '' }, "modelUrl must be an address, got ''"],
    [{ modelUrl: 7 }, 'got 7'],
    [{ inputSize: '256' }, "inputSize must be a multiple of 32 from 64 to 2048, got '256'"],
    [{ inputSize: 100 }, 'got 100'],
    [{ inputSize: 32 }, 'got 32'],
    [{ inputSize: Number.NaN }, 'got NaN'],
    [{ quality: 'good' }, "quality must be one of 'fast', 'balanced', 'best', got 'good'"],
    [{ threads: 0 }, 'threads must be a whole number from 1 to 64, got 0'],
    [{ threads: 2.5 }, 'got 2.5'],
    [{ device: {} }, 'device must be a GPUDevice, got an object'],
    [
      { device: { createBuffer() {}, pushErrorScope() {}, features: [], limits: {}, queue: {}, lost: 0 }, runtime: 'wasm' },
      "a device is for the runtime 'webgpu', not for 'wasm'",
    ],
    [{ signal: true }, 'signal must be an AbortSignal, got true'],
    [{ onProgress: 'log' }, "onProgress must be a function, got 'log'"],
  ])('may not be %o', (options, message) => expect(detector(options)).toThrow(refused(message)));
});

/** Options that cannot be read: by a getter, by its class's getter, of any kind, within a value. */
const trap = (): never => {
  throw new TypeError('no reading');
};
const UNREADABLE: Record<string, (name: string) => unknown> = {
  'a getter that throws': (name) => Object.defineProperty({}, name, { get: trap, enumerable: true }),
  'a getter that throws, not listed': (name) => Object.defineProperty({}, name, { get: trap }),
  "a class's getter that throws": (name) => Object.create(Object.defineProperty({}, name, { get: trap })) as unknown,
  'a getter that throws what is no error': (name) => ({
    get [name]() {
      throw Object.create(null);
    },
  }),
  'a proxy that lists nothing': () => new Proxy({}, { ownKeys: trap }),
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
};

describe.each(Object.keys(UNREADABLE))('options by %s', (kind) => {
  it.each([
    ['createDetector', detector(UNREADABLE[kind]('modelUrl'))],
    ['estimatePoses', config(UNREADABLE[kind]('flip'))],
  ])('are a typed error of %s', (where, read) => expect(read).toThrow(refused(`${where}: the options cannot be read: `)));
});

describe('options that are read', () => {
  it('are read once, so that what a getter gives next does not pass unchecked', () => {
    let reads = 0;
    const read = readEstimation({
      get maxPoses() {
        return ++reads === 1 ? 3 : 1e9;
      },
    });
    expect([read.maxPoses, read.maxPoses, reads]).toEqual([3, 3, 1]);
  });

  it("may be a class's, and are checked there too", () => {
    class Defaults {
      get inputSize() {
        return 128;
      }
    }
    expect(readEstimation(new Defaults())).toEqual({ inputSize: 128 });
    expect(config(Object.create({ inputSize: 100 }))).toThrow(refused('got 100'));
  });

  it('hold values that can be read', () => {
    const scales = Object.defineProperty([1, 2], 1, { get: trap });
    expect(config({ scales })).toThrow(refused('the options cannot be read: no reading'));
  });
});

describe('the configuration of an estimate', () => {
  it('may be anything that is documented, or left out', () => {
    for (const options of [
      {},
      { maxPoses: 1, scoreThreshold: -1, flip: true, refine: false, inputSize: 512 },
      { scales: [0.5, 1, 2] },
      { quality: 'best', flip: false },
      { flip: undefined },
    ]) {
      config(options)();
    }
  });

  it.each<[unknown, string]>([
    [null, 'estimatePoses: expected options as an object, got null'],
    [{ maxPoses: 0 }, 'maxPoses must be a whole number from 1 to 30, got 0'],
    [{ maxPoses: 31 }, 'got 31'],
    [{ maxposes: 3 }, "there is no option 'maxposes' (did you mean 'maxPoses'?); there are maxPoses, "],
    [{ maxPose: 3 }, "'maxPose' (did you mean 'maxPoses'?)"],
    [{ flipHorizontal: true }, "'flipHorizontal' (did you mean 'flip'?)"],
    [{ flip: 'no' }, "flip must be true or false, got 'no'"],
    [{ scoreThreshold: '0.5' }, "scoreThreshold must be a finite number, got '0.5'"],
    [{ scoreThreshold: Infinity }, 'got Infinity'],
    [{ scales: 2 }, 'scales must be up to 8 different positive numbers, one of them 1, got 2'],
    [{ scales: [0.5, 2] }, 'got [0.5, 2]'],
    [{ scales: [1, 1] }, 'got [1, 1]'],
    [{ scales: [1, '2'] }, "got [1, '2']"],
    [{ scales: [1, -1] }, 'got [1, -1]'],
    [{ scales: [] }, 'got []'],
  ])('may not be %o', (options, message) => expect(config(options)).toThrow(refused(message)));
});

describe('the passes of a frame', () => {
  const network = buildNetwork(TINY_W4);
  const geometry = fitInput(640, 480, 256);

  it('run the image, and the mirrored one, at every scale', () => {
    const passes = passesOf(geometry, network, { flip: true, scales: [0.5, 1, 2] });
    expect(passes.map(({ scale, mirrored, geometry: { width, height } }) => [scale, mirrored, width, height])).toEqual([
      [0.5, false, 192, 128],
      [0.5, true, 192, 128],
      [1, false, 384, 256],
      [1, true, 384, 256],
      [2, false, 768, 512],
      [2, true, 768, 512],
    ]);
    // The same place of the frame, in the pixels of each input.
    for (const pass of passes) {
      const { scale, shiftX, shiftY } = pass.geometry;
      expect([scale * 100 + shiftX, scale * 50 + shiftY].map((place) => place / pass.scale)).toEqual([
        geometry.scale * 100 + geometry.shiftX,
        geometry.scale * 50 + geometry.shiftY,
      ]);
    }
    expect(passesOf(geometry, network, {})).toEqual([{ geometry, scale: 1, mirrored: false }]);
  });

  it.each([[0.75], [1.5], [3], [0.3], [1 / 8], [32]])('do not fit at scale %d', (scale) => {
    expect(() => passesOf(geometry, network, { scales: [1, scale] })).toThrow(
      refused(`scale ${scale} of a 384×256 input does not fit`),
    );
  });

  it('fit at every scale that makes whole cells and whole inputs', () => {
    for (const scale of [0.25, 0.5, 2, 4]) expect(passesOf(geometry, network, { scales: [1, scale] })).toHaveLength(2);
  });
});
