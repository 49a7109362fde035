import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetsThatAre, schemeFor } from '../../src/cli/evaluation/schemes.ts';
import { presetOf } from '../../src/network/presets.ts';
import type { DetectorOptions, EstimationConfig, Pose } from '../../src/index.ts';
import { createDetector } from '../../src/index.ts';
import { TINY_W4 } from '../support/models.ts';
import { writeTinyPeople } from '../support/tiny-people.ts';

const PRESETS = {
  fast: { inputSize: 64 },
  balanced: { inputSize: 96 },
  best: { inputSize: 128, scales: [0.5, 1], flip: true },
} as const;

let modelUrl: string;
beforeAll(async () => {
  modelUrl = await mkdtemp(join(tmpdir(), 'manypose-quality-'));
  await writeTinyPeople(modelUrl);
  const file = join(modelUrl, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { model: object };
  await writeFile(file, JSON.stringify({ ...manifest, model: { ...manifest.model, presets: PRESETS } }));
});
afterAll(() => rm(modelUrl, { recursive: true }));

const [width, height] = [192, 128];
const data = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => {
  const [x, y] = [(i >> 2) % width, Math.floor((i >> 2) / width)];
  return 255 * Math.exp(-(Math.hypot((x % 48) - 20, (y % 60) - 30) ** 2) / 60);
});

async function find(options: DetectorOptions, config: EstimationConfig): Promise<Pose[]> {
  const detector = await createDetector({ modelUrl, runtime: 'wasm', threads: 1, ...options });
  const poses = await detector.estimatePoses({ data, width, height }, { scoreThreshold: 0, ...config });
  detector.dispose();
  return poses;
}

describe('a quality', () => {
  it.each<[string, DetectorOptions, EstimationConfig, EstimationConfig]>([
    ['is balanced if nothing is said', {}, {}, PRESETS.balanced],
    ["is the detector's", { quality: 'best' }, {}, PRESETS.best],
    ["is the call's before the detector's", { quality: 'best' }, { quality: 'fast' }, PRESETS.fast],
    ["gives way to a size of the detector's", { quality: 'best', inputSize: 64 }, {}, { ...PRESETS.best, inputSize: 64 }],
    ["of a call goes before a size of the detector's", { inputSize: 64 }, { quality: 'best' }, PRESETS.best],
    ['gives way to what a call says', { quality: 'best' }, { flip: false, scales: [1], inputSize: 96 }, PRESETS.balanced],
  ])('%s', async (_, options, config, same) => {
    const poses = await find(options, config);
    expect(poses.length).toBeGreaterThan(0);
    expect(poses).toEqual(await find({ inputSize: 256 }, { flip: false, scales: [1], ...same }));
  });

  it('means something', async () => {
    const found = await Promise.all((['fast', 'balanced', 'best'] as const).map((quality) => find({ quality }, {})));
    expect(new Set(found.map((poses) => JSON.stringify(poses))).size).toBe(3);
  });

  it('of a model that says nothing is what it was made for, the best one with the flip test', () => {
    expect(presetOf(TINY_W4)).toEqual({ inputSize: 512, flip: false });
    expect(presetOf(TINY_W4, 'fast')).toEqual({ inputSize: 512, flip: false });
    expect(presetOf(TINY_W4, 'best')).toEqual({ inputSize: 512, flip: true });
    expect(presetOf({ ...TINY_W4, presets: PRESETS }, 'best')).toEqual(PRESETS.best);
    expect(presetOf({ ...TINY_W4, presets: { best: { scales: [0.5, 1] } } }, 'best')).toEqual({
      inputSize: 512,
      scales: [0.5, 1],
    });
    expect(presetOf({ ...TINY_W4, presets: { best: PRESETS.best } }, 'fast')).toEqual({ inputSize: 512, flip: false });
  });

  it('is a preset on the command line, which other options change', () => {
    const model = { ...TINY_W4, presets: PRESETS };
    expect(schemeFor(model, { preset: 'best' })).toEqual(PRESETS.best);
    expect(schemeFor(model, { preset: 'best', size: '64', flip: false })).toEqual({
      inputSize: 64,
      scales: [0.5, 1],
      flip: false,
    });
    expect(schemeFor(model, {})).toEqual({ inputSize: 96, scales: [1], flip: false });
    expect(() => schemeFor(model, { preset: 'worst' })).toThrow(/quality must be one of/);
    expect(presetsThatAre({ inputSize: 128, scales: [1, 0.5], flip: true }, model)).toEqual([]);
    expect(presetsThatAre({ inputSize: 128, scales: [0.5, 1], flip: true }, model)).toEqual(['best']);
  });
});
