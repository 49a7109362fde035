import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { evaluateCommand } from '../../src/cli/evaluate.ts';
import { frontierCommand } from '../../src/cli/frontier.ts';
import { writeStripedModel, writeStripedPhotos } from '../support/striped-photos.ts';

const ANNOTATIONS = fileURLToPath(new URL('../fixtures/eval/coco_gt_dataset.json', import.meta.url));
const FOUND = fileURLToPath(new URL('../fixtures/eval/coco_dt_dataset.json', import.meta.url));
const PHOTO = 139099;

interface Result {
  score: number;
}

let folder: string;
let output: MockInstance;
const path = (name: string): string => join(folder, name);

/** A run that found the best `kept` of the fixture's poses. */
async function store(name: string, settings: object, cost: object, kept: number): Promise<string> {
  const all = JSON.parse(await readFile(FOUND, 'utf8')) as Result[];
  const results = all.sort((a, b) => b.score - a.score).slice(0, kept);
  await writeFile(path(`${name}.json`), JSON.stringify(results));
  const run = {
    settings: { model: 'tiny_w4', size: 256, scales: '1', flip: false, refine: true, ...settings },
    adapter: 'an abacus',
    photos: [{ id: PHOTO, counts: { final: results.length }, ...cost }],
  };
  await writeFile(path(`${name}.run.json`), JSON.stringify(run));
  return path(`${name}.json`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manypose-frontier-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  output = vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => vi.restoreAllMocks());

describe('manypose frontier', () => {
  it('puts what runs cost beside what they found, and marks those that nothing beats', async () => {
    const runs = [
      await store('large', { size: 512, flip: true }, { network: 900, multiplyAdds: 4e9 }, 100),
      await store('small', {}, { network: 100, multiplyAdds: 1e9 }, 4),
      await store('dear', { scales: '0.5,1' }, { network: 90, multiplyAdds: 5e9 }, 3),
    ];
    await frontierCommand(['--annotations', ANNOTATIONS, '--chart', path('a.svg'), '--json', path('a.json'), ...runs]);
    const lines = output.mock.calls.flat().join('\n').split('\n');
    expect(lines[0]).toBe('1 photo');
    expect(lines.slice(1).map((line) => line.split(/\s{2,}/))).toEqual([
      ['', 'AP', '10⁹ multiply-adds', 'ms'],
      ['256 · tiny_w4, one scale', expect.stringMatching(/^0\.\d{3}$/), '1.0 *', '100 *'],
      ['512 · tiny_w4, one scale, flip', '0.505', '4.0 *', '900 *'],
      ['256 · tiny_w4, scales 0.5,1', expect.stringMatching(/^0\.\d{3}$/), '5.0', '90 *'],
    ]);
    const { machine, points } = JSON.parse(await readFile(path('a.json'), 'utf8')) as {
      machine: string;
      points: { averagePrecision: number; frontier: object }[];
    };
    expect(machine).toBe('an abacus');
    expect(points[0].averagePrecision).toBeCloseTo(0.504884, 6);
    expect(points[2].frontier).toEqual({ multiplyAdds: false, milliseconds: true });
    expect(await readFile(path('a.svg'), 'utf8')).toMatch(/^<svg .*an abacus.*<\/svg>$/s);
    await expect(frontierCommand(['--annotations', ANNOTATIONS, '--chart', path('a.svg'), ...runs])).rejects.toThrow(
      /a\.svg is there already; --force replaces it/,
    );
  });

  it('refuses runs of other photos, or that do not say what they cost', async () => {
    const run = await store('one', {}, { network: 1, multiplyAdds: 1 }, 9);
    const silent = await store('silent', {}, {}, 9);
    const empty = await store('empty', {}, { network: 1, multiplyAdds: 1 }, 0);
    await writeFile(path('empty.run.json'), JSON.stringify({ settings: {}, photos: [] }));
    for (const [arguments_, message] of [
      [[], /--annotations are needed, and either/],
      [['--annotations', ANNOTATIONS, silent], /silent\.json does not say what its photos cost/],
      [['--annotations', ANNOTATIONS, empty], /hold nobody to find/],
      [['--annotations', ANNOTATIONS, path('none.json')], /none\.run\.json cannot be read/],
      [['--annotations', ANNOTATIONS, run, '--json', run], /is an input/],
    ] as const)
      await expect(frontierCommand([...arguments_])).rejects.toThrow(message);
  });
});

describe('manypose frontier of a model', () => {
  let striped: { annotations: string; photos: string };
  const run = (...args: string[]): Promise<void> =>
    frontierCommand([
      '--annotations',
      striped.annotations,
      '--photos',
      striped.photos,
      '--results',
      path('runs'),
      '--model',
      path('model'),
      '--runtime',
      'wasm',
      '--sizes',
      '64,128',
      '--scales',
      '1',
      '--scales',
      '0.5,1',
      ...args,
    ]);
  const lines = (): string[] => output.mock.calls.flat().join('\n').split('\n');

  beforeAll(async () => {
    await writeStripedModel(path('model'));
    striped = await writeStripedPhotos(path('striped'), 3);
  });

  it('runs each pass once, for all combinations, and what is missing only', async () => {
    await run('--limit', '2', '--timed', '0');
    // 64 and its mirror image; 128 and its; 32 and its: half of 128 is 64.
    expect(lines()[0]).toBe('1/2 1.png: looked at in 8 ways, the network ran 6 times');
    expect(lines().filter((line) => / ways, /.test(line))).toHaveLength(2);
    expect(lines()).toContain('2 photos');
    expect(lines().filter((line) => line.includes('·'))).toHaveLength(8);

    output.mockClear();
    await run('--timed', '1', '--json', path('runs.json'));
    expect(lines()[0]).toBe('3/3 3.png: looked at in 8 ways, the network ran 6 times');
    const { photos, points } = JSON.parse(await readFile(path('runs.json'), 'utf8')) as {
      photos: number;
      points: { name: string; milliseconds: number; multiplyAdds: number }[];
    };
    expect(photos).toBe(3);
    const of = (name: string) => points.find((point) => point.name === name)!;
    const [plain, flip] = [of('128 · tiny_w4, one scale'), of('128 · tiny_w4, one scale, flip')];
    expect(flip.multiplyAdds).toBe(2 * plain.multiplyAdds);
    expect(flip.milliseconds).toBeCloseTo(2 * plain.milliseconds, 9);
    expect(of('128 · tiny_w4, scales 0.5,1').milliseconds).toBeCloseTo(
      plain.milliseconds + of('64 · tiny_w4, one scale').milliseconds,
      9,
    );
  });

  it("finds what 'manypose evaluate' finds", async () => {
    await run('--timed', '0');
    const options = ['--annotations', striped.annotations, '--photos', striped.photos, '--model', path('model')];
    await evaluateCommand([
      ...options,
      '--runtime',
      'wasm',
      '--size',
      '128',
      '--scales',
      '0.5,1',
      '--flip',
      '--results',
      path('alone.json'),
    ]);
    const alone = await readFile(path('alone.json'), 'utf8');
    expect(JSON.parse(alone)).not.toEqual([]);
    expect(await readFile(path('runs/128-scales-0.5-1-flip.json'), 'utf8')).toBe(alone);
    // Each can go on from the other's.
    await evaluateCommand([...options, '--size', '64', '--runtime', 'wasm', '--results', path('runs/64.json'), '--resume']);
  });

  it('leaves out what costs too much, and keeps maps that can be decoded again', async () => {
    const kept = ['--maps', path('maps'), '--results', path('others'), '--timed', '0', '--no-flip'];
    await run(...kept, '--most', '1000');
    expect(await readdir(path('maps'))).toHaveLength(9);
    const others = await readFile(path('others/128.json'), 'utf8');
    // Taken from there: without the photos' pixels changed, other maps would be found.
    await rm(path('others'), { recursive: true });
    output.mockClear();
    await run(...kept);
    expect(await readFile(path('others/128.json'), 'utf8')).toBe(others);
    const [damaged] = await readdir(path('maps'));
    await writeFile(path(`maps/${damaged}`), 'no maps');
    await rm(path('others'), { recursive: true });
    await expect(run(...kept)).rejects.toThrow(/\.maps is damaged: remove it, and it is made again/);

    output.mockClear();
    await expect(run('--most', '0')).rejects.toThrow(/--most must be a whole number from 1/);
    await expect(run('--sizes', '65')).rejects.toThrow(/inputSize must be a multiple of 32/);
    await expect(run('--scales', '0.5')).rejects.toThrow(/scales must be/);
    await expect(run('a.json')).rejects.toThrow(/either --photos with --results or results of runs/);
  });
});
