import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { tuneCommand } from '../../src/cli/tune.ts';
import { writeStripedModel, writeStripedPhotos } from '../support/striped-photos.ts';

let folder: string;
let output: MockInstance;
let striped: { annotations: string; photos: string };
const path = (name: string): string => join(folder, name);
const run = (...args: string[]): Promise<void> =>
  tuneCommand([
    '--annotations',
    striped.annotations,
    '--photos',
    striped.photos,
    '--model',
    path('model'),
    '--runtime',
    'wasm',
    '--sizes',
    '128',
    ...args,
  ]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manypose-tune-'));
  await writeStripedModel(path('model'));
  striped = await writeStripedPhotos(path('striped'), 2);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  output = vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => vi.restoreAllMocks());

describe('manypose tune', () => {
  it('scores each way to decode, and who is shown from each threshold on', async () => {
    await run(
      '--reach',
      '0,75,30',
      '--duplicates',
      '40',
      '--other-scales',
      '1',
      '--scales',
      '1',
      '--scales',
      '0.5,1',
      '--thresholds',
      '0,1e9',
      '--json',
      path('tuned.json'),
    );
    const lines = output.mock.calls.flat().join('\n').split('\n');
    expect(lines[0]).toBe('1/2 1.png: decoded in 12 ways');
    expect(lines.filter((line) => line.startsWith('128, '))).toEqual(['128, one scale', '128, scales 0.5,1']);
    expect(lines.filter((line) => line.startsWith('reach 30 px '))).toHaveLength(2);
    const { schemes } = JSON.parse(await readFile(path('tuned.json'), 'utf8')) as {
      schemes: { variants: { title: string; scores: object }[]; shown: { threshold: number; shown: number }[] }[];
    };
    const [{ variants, shown }] = schemes;
    const of = (title: string) => variants.find((variant) => variant.title === title)!.scores;
    expect(of('reach 75 px')).toEqual(of('own rules'));
    expect(shown.map(({ threshold }) => threshold)).toEqual([0, 1e9]);
    expect(shown[0].shown).toBeGreaterThan(shown[1].shown);
  });

  it.each<[string, string[], RegExp]>([
    [
      'duplicates that are no distances',
      ['--duplicates', '10,near'],
      /--duplicates must be pixels \(10\) or parts of a pose's diagonal \(10%\), got 10,near/,
    ],
    ['thresholds that are no numbers', ['--thresholds', '0.1,,1'], /--thresholds must be numbers from 0/],
    ['scales without 1', ['--scales', '0.5'], /scales must be/],
  ])('refuses %s', async (_, args, message) => {
    await expect(run(...args)).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(message) }),
    );
  });
});
