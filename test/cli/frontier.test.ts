import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { frontierCommand } from '../../src/cli/frontier.ts';

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
      [[], /--annotations and results are needed/],
      [['--annotations', ANNOTATIONS, silent], /silent\.json does not say what its photos cost/],
      [['--annotations', ANNOTATIONS, empty], /hold nobody to find/],
      [['--annotations', ANNOTATIONS, path('none.json')], /none\.run\.json cannot be read/],
      [['--annotations', ANNOTATIONS, run, '--json', run], /is an input/],
    ] as const)
      await expect(frontierCommand([...arguments_])).rejects.toThrow(message);
  });
});
