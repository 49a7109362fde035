import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Detector } from '../../src/index.ts';
import { createDetector, ManyposeError } from '../../src/index.ts';
import { writeTinyPeople } from '../support/tiny-people.ts';

// Parts of the library that are loaded when they are needed, and do not arrive: as after an update of the page's files.
for (const part of ['tensor-pixels', 'image-faults', 'decode/inspection-of', 'model/ablate', 'cpu/runner']) {
  vi.doMock(`../../src/${part}.ts`, () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  });
}

let modelUrl: string;
let detector: Detector;
beforeAll(async () => {
  modelUrl = await mkdtemp(join(tmpdir(), 'manypose-parts-'));
  await writeTinyPeople(modelUrl);
  detector = await createDetector({ modelUrl, runtime: 'wasm', threads: 1, inputSize: 64 });
});
afterAll(async () => {
  detector.dispose();
  await rm(modelUrl, { recursive: true });
});

const image = { data: new Uint8Array(4 * 64 * 64), width: 64, height: 64 };

it.each<[string, () => Promise<unknown>]>([
  ['for a tensor', () => detector.estimatePoses({ shape: [4, 4, 3], dtype: 'int32', data: async () => new Int32Array(48) })],
  ['for the words of a fault', () => detector.estimatePoses(null as never)],
  ['for an inspection', () => detector.inspect(image)],
  ['for an ablation', () => createDetector({ modelUrl, guidance: false })],
  ['for a runtime', () => createDetector({ modelUrl, runtime: 'cpu' })],
])('a part that does not arrive %s is a typed error', async (_, work) => {
  const error: unknown = await work().catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ManyposeError);
  expect(error).toMatchObject({
    code: 'internal',
    message: expect.stringContaining('a part of manypose did not arrive') as string,
  });
});

it('and the detector goes on', async () => {
  expect(await detector.estimatePoses(image)).toBeInstanceOf(Array);
});
