import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { ablateCommand } from '../../src/cli/ablate.ts';
import { frontierCommand } from '../../src/cli/frontier.ts';
import type { CocoResult } from '../../src/evaluation/coco-results.ts';
import { writeStripedModel, writeStripedPhotos } from '../support/striped-photos.ts';

let folder: string;
let output: MockInstance;
let striped: { annotations: string; photos: string };
const path = (name: string): string => join(folder, name);
const printed = (): string => output.mock.calls.flat().join('\n');
const found = async (name: string): Promise<CocoResult[]> =>
  JSON.parse(await readFile(path(`found/${name}.json`), 'utf8')) as CocoResult[];
const run = (...args: string[]): Promise<void> =>
  ablateCommand([
    '--annotations',
    striped.annotations,
    '--photos',
    striped.photos,
    '--model',
    path('model'),
    '--runtime',
    'wasm',
    '--size',
    '128',
    '--results',
    path('found'),
    ...args,
  ]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manypose-ablate-'));
  await writeStripedModel(path('model'));
  striped = await writeStripedPhotos(path('striped'), 2);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  output = vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => vi.restoreAllMocks());

describe('manypose ablate', () => {
  it("shows the paper's Table 4, with parts switched off", async () => {
    await run('--json', path('table.json'));
    const lines = printed().split('\n');
    const at = lines.indexOf('tiny_w4 at 128, 2 photos. Switched off at inference, not retrained:');
    expect(lines[at + 1]).toMatch(
      /^Heatmap guidance +Adaptive representation +Grouping +Scoring +Regression quality +Heatmap quality/,
    );
    expect(lines.slice(at + 2)).toHaveLength(5);
    const { how, rows } = JSON.parse(await readFile(path('table.json'), 'utf8')) as {
      how: string;
      rows: Record<string, boolean>[];
    };
    expect(how).toBe('switched off at inference, not retrained');
    // As the network has no scoring net.
    expect(rows.map(({ guidance, adaptive, grouping, scoring }) => [guidance, adaptive, grouping, scoring])).toEqual([
      [false, false, true, false],
      [true, false, true, false],
      [false, true, true, false],
      [true, true, false, false],
      [true, true, true, false],
    ]);
    // Every switch does something.
    const names = ['grouping', 'guidance-grouping', 'adaptive-grouping', 'guidance-adaptive', 'guidance-adaptive-grouping'];
    const all = await Promise.all(names.map((name) => found(`128-${name}`)));
    expect(all[0].length).toBeGreaterThan(0);
    expect(new Set(all.map((each) => JSON.stringify(each))).size).toBe(5);
    // Without grouping, poses are the regressed ones.
    expect(all[3]).toEqual(await found('128-guidance-adaptive.regression'));
    expect(all[3]).toEqual(await found('128-guidance-adaptive-grouping.regression'));
  });

  it('goes on from what was found before', async () => {
    await rename(path('striped/photos'), path('striped/away'));
    const table = printed();
    await run();
    await rename(path('striped/away'), path('striped/photos'));
    expect(printed().slice(table.length)).toContain('Switched off at inference, not retrained');
    await expect(run('--size', '64', '--limit', '1')).resolves.toBeUndefined();
  });

  it('takes maps of the whole network that were kept before', async () => {
    const kept = ['--maps', path('maps'), '--results', path('others')];
    const sizes = ['--sizes', '128', '--scales', '1', '--no-flip', '--timed', '0'];
    const photos = ['--annotations', striped.annotations, '--photos', striped.photos, '--model', path('model')];
    await frontierCommand([...photos, ...sizes, ...kept, '--runtime', 'wasm']);
    expect(await readdir(path('maps'))).toHaveLength(2);
    await run('--maps', path('maps'), '--results', path('anew'));
    // Those of the whole network were there; the other three networks' came to them.
    expect(await readdir(path('maps'))).toHaveLength(8);
  });

  it.each<[string, string[], RegExp]>([
    ['no photos', ['--annotations', 'a.json'], /--annotations and --photos are needed/],
    [
      'half a thread',
      ['--annotations', 'a.json', '--photos', '.', '--threads', '0.5'],
      /--threads must be a whole number from 1/,
    ],
    ['a size that does not fit', ['--annotations', 'a.json', '--photos', '.', '--size', '100'], /multiple of 32/],
  ])('refuses %s', async (_, args, message) => {
    await expect(ablateCommand(args)).rejects.toThrow(expect.objectContaining({ message: expect.stringMatching(message) }));
  });
});
