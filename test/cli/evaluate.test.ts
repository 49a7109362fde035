import { copyFile, cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { evaluateCommand } from '../../src/cli/evaluate.ts';
import type { Curves } from '../../src/evaluation/curves.ts';
import type { ErrorReport } from '../../src/evaluation/error-analysis/analyse-errors.ts';
import type { Scores } from '../../src/evaluation/evaluate.ts';
import type { CocoResult } from '../../src/evaluation/coco-results.ts';
import { COCO } from '../../src/pose.ts';
import { writeStripedModel, writeStripes } from '../support/striped-photos.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/eval/${name}`, import.meta.url));
const COCO_PHOTO = ['--annotations', fixture('coco_gt_dataset.json'), '--detections', fixture('coco_dt_dataset.json')];
const CROWD = ['--annotations', fixture('crowdpose_gt.json'), '--detections', fixture('crowdpose_dt.json')];

let folder: string;
let output: MockInstance;
const path = (name: string): string => join(folder, name);
const printed = (): string => output.mock.calls.flat().join('\n');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manypose-evaluate-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  output = vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => vi.restoreAllMocks());

describe('manypose evaluate', () => {
  it("scores poses found before, by COCO's rules", async () => {
    await evaluateCommand(COCO_PHOTO);
    expect(printed().split('\n')).toEqual([
      '1 photo',
      'AP     AP50   AP75   APm    APl    AR     AR50   AR75   ARm    ARl',
      '0.505  0.723  0.634  0.466  0.750  0.518  0.727  0.636  0.467  0.750',
    ]);
  });

  it("scores CrowdPose's by its own rules", async () => {
    await evaluateCommand(CROWD);
    expect(printed()).toMatch(
      /^4 photos\nAP .* APE    APM    APH\n0\.788  0\.988  0\.731  0\.822  1\.000  0\.778  1\.000  0\.980  0\.412$/,
    );
  });

  it('takes the first photos only if asked to, and shows where there was nobody', async () => {
    await evaluateCommand([...CROWD, '--limit', '1']);
    // 104173, of a crowd index of 0.76.
    expect(printed()).toMatch(/^1 photo\nAP .*\n1\.000 .* {2}- {6}1\.000 {2}-$/);
  });

  it.each<[string, string[], string, RegExp]>([
    ['nothing', [], 'invalid-argument', /--annotations and one of --photos and --detections are needed/],
    ['neither photos nor detections', COCO_PHOTO.slice(0, 2), 'invalid-argument', /are needed/],
    ['photos and detections', [...COCO_PHOTO, '--photos', '.'], 'invalid-argument', /are needed/],
    ['no photos', [...COCO_PHOTO, '--limit', '0'], 'invalid-argument', /--limit must be a whole number from 1, got 0/],
    ['a missing file', ['--annotations', 'none.json', '--photos', '.'], 'invalid-argument', /none\.json cannot be read/],
    [
      'a file of another kind',
      [COCO_PHOTO[0], COCO_PHOTO[3], '--photos', '.'],
      'invalid-annotations',
      /coco_dt_dataset\.json: not annotations/,
    ],
    [
      'detections of other keypoints',
      [...COCO_PHOTO.slice(0, 3), CROWD[3]],
      'invalid-annotations',
      /crowdpose_dt\.json: .*no image 114203/,
    ],
    [
      'an unknown runtime',
      [...COCO_PHOTO.slice(0, 2), '--photos', '.', '--runtime', 'abacus'],
      'invalid-argument',
      /one of auto\|webgpu\|.*, got abacus/,
    ],
    [
      'an unknown quality',
      [...COCO_PHOTO.slice(0, 2), '--photos', '.', '--quality', 'final,best'],
      'invalid-argument',
      /some of regression,heatmap,final, got 'best'/,
    ],
    ['qualities of detections', [...COCO_PHOTO, '--quality', 'final'], 'invalid-argument', /--quality is for poses to be found/],
    [
      'reports of another kind',
      [...COCO_PHOTO, '--errors', 'errors.png'],
      'invalid-argument',
      /--errors writes \.json or \.svg, got errors\.png/,
    ],
    [
      'a report where none can be',
      [...COCO_PHOTO, '--curves', '/dev/null/curves.svg'],
      'invalid-argument',
      /\/dev\/null is a file, not a folder/,
    ],
    [
      'a report over an input',
      [...COCO_PHOTO, '--force', '--errors', COCO_PHOTO[3]],
      'invalid-argument',
      /coco_dt_dataset\.json is an input/,
    ],
    [
      'results over an input',
      [...COCO_PHOTO.slice(0, 2), '--photos', '.', '--results', COCO_PHOTO[1], '--force'],
      'invalid-argument',
      /coco_gt_dataset\.json is an input/,
    ],
    [
      'a file twice',
      [...COCO_PHOTO, '--errors', 'a.json', '--curves', './a.json'],
      'invalid-argument',
      /a\.json would be written twice/,
    ],
    [
      'to resume nothing',
      [...COCO_PHOTO.slice(0, 2), '--photos', '.', '--resume'],
      'invalid-argument',
      /--results, which is not given/,
    ],
    [
      'to resume and replace',
      [...COCO_PHOTO.slice(0, 2), '--photos', '.', '--results', 'a', '--resume', '--force'],
      'invalid-argument',
      /one of both/,
    ],
    ['an unknown option', [...COCO_PHOTO, '--fast'], 'ERR_PARSE_ARGS_UNKNOWN_OPTION', /--fast/],
  ])('refuses %s', async (_, args, code, message) => {
    await expect(evaluateCommand(args)).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it('writes errors and curves, as numbers and as pictures', async () => {
    const files = ['errors.json', 'new/errors.svg', 'new/curves.json', 'curves.svg'].map(path);
    await evaluateCommand([
      ...COCO_PHOTO,
      '--errors',
      files[0],
      '--errors',
      files[1],
      '--curves',
      files[2],
      '--curves',
      files[3],
    ]);
    const [errors, errorSvg, curves, curveSvg] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const { detections: ranges } = (JSON.parse(errors) as { qualities: Record<string, Record<string, ErrorReport>> }).qualities;
    expect(Object.keys(ranges)).toEqual(['all', 'notSmall', 'medium', 'large']);
    expect(ranges.all.labels.counts).toEqual({ good: 54, jitter: 26, inversion: 0, swap: 0, miss: 7 });
    expect(ranges.all.found.averagePrecision).toBeCloseTo(0.504884, 6);
    const { scores, curves: drawn } = (JSON.parse(curves) as { qualities: Record<string, { scores: Scores; curves: Curves }> })
      .qualities.detections;
    expect(scores.AP).toBeCloseTo(0.504884, 6);
    expect(drawn.all?.[0]?.precision).toHaveLength(101);
    await expect(evaluateCommand([...COCO_PHOTO, '--errors', files[0]])).rejects.toThrow(
      /errors\.json is there already; --force replaces it/,
    );
    await evaluateCommand([...COCO_PHOTO, '--errors', files[0], '--force']);
    for (const svg of [errorSvg, curveSvg]) expect(svg).toMatch(/^<svg .*AP 0\.505.*<\/svg>$/s);
  });

  it('names a file that is no JSON', async () => {
    await writeFile(path('cut.json'), (await readFile(COCO_PHOTO[1], 'utf8')).slice(0, 1000));
    await expect(evaluateCommand(['--annotations', path('cut.json'), '--photos', '.'])).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-annotations', message: expect.stringMatching(/cut\.json: .*JSON/) }),
    );
  });
});

describe('manypose evaluate with a model', () => {
  let photos: string;
  let model: string;
  const run = (...args: string[]): Promise<void> =>
    evaluateCommand(['--photos', photos, '--model', model, '--runtime', 'wasm', '--size', '64', ...args]);

  beforeAll(async () => {
    photos = folder;
    model = path('model');
    await writeStripedModel(model);
    await writeStripes(path('stripes.png'));
  });

  async function annotate(fileName: string): Promise<string[]> {
    const [image, person] = [
      { id: 3, file_name: fileName },
      { id: 1, image_id: 3, category_id: 1, area: 900, bbox: [10, 10, 30, 50] },
    ];
    const annotations = [{ ...person, keypoints: Array.from({ length: 51 }, (_, i) => (i % 3 === 2 ? 2 : 20)) }];
    await writeFile(
      path('people.json'),
      JSON.stringify({ images: [image], annotations, categories: [{ id: 1, name: 'person' }] }),
    );
    return ['--annotations', path('people.json')];
  }

  it('looks for poses in the photos, writes and scores them', async () => {
    await run(...(await annotate('stripes.png')), '--results', path('found.json'));
    const found = JSON.parse(await readFile(path('found.json'), 'utf8')) as CocoResult[];
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(20);
    expect(found.every((result) => result.image_id === 3 && result.category_id === 1 && result.keypoints.length === 51)).toBe(
      true,
    );
    const lines = printed().split('\n');
    expect(lines[0]).toMatch(new RegExp(`^1/1 stripes\\.png: ${found.length} poses?, network \\d+ ms$`));
    expect(lines.slice(1, 3)).toEqual([expect.stringMatching(/^network \d+ ms per photo on /), '1 photo']);

    output.mockClear();
    await evaluateCommand([...(await annotate('stripes.png')), '--detections', path('found.json')]);
    expect(printed()).toBe(lines.slice(2).join('\n'));
  });

  it.each([[], ['--flip', '--no-refine'], ['--scales', '0.5,1', '--flip']])(
    'scores the three qualities of one run (%s %s)',
    async (...options) => {
      const annotated = await annotate('stripes.png');
      const plain = path(`plain${options.length}.json`);
      const all = path(`all${options.length}.json`);
      await run(...annotated, ...options, '--results', plain);
      output.mockClear();
      await run(...annotated, ...options, '--quality', 'final,regression,heatmap', '--results', all);
      const table = printed().split('\n').slice(-5);
      expect(table.map((row) => row.slice(0, 30).trim())).toEqual([
        '',
        'Regressed poses',
        'Heatmaps, at annotated people',
        'Heatmaps, strict',
        'Final poses',
      ]);
      // By way of whole maps as by way of a detector.
      expect(await readFile(all, 'utf8')).toBe(await readFile(plain, 'utf8'));
      const of = async (quality: string) =>
        JSON.parse(await readFile(all.replace('.json', `.${quality}.json`), 'utf8')) as CocoResult[];
      const [regression, heatmap, strict] = [await of('regression'), await of('heatmap'), await of('heatmap-strict')];
      expect(regression.length).toBeGreaterThan(0);
      expect(regression).not.toEqual(JSON.parse(await readFile(all, 'utf8')));
      expect([heatmap.length, strict.length]).toEqual([1, 1]);
    },
  );

  describe('that goes on', () => {
    const photosOf = ['first.png', 'second.png', 'third.png'];
    let annotated: string[];
    const annotations = (): string => path('three.json');
    const results = (): string => path('resumed.json');
    const runFile = (): string => path('resumed.run.json');
    const resume = (...args: string[]): Promise<void> => run(...annotated, '--results', results(), '--resume', ...args);

    beforeAll(async () => {
      for (const name of photosOf) await copyFile(path('stripes.png'), path(name));
      const images = photosOf.map((name, i) => ({ id: `photo ${i}`, file_name: name }));
      await writeFile(
        annotations(),
        JSON.stringify({ images, annotations: [], categories: [{ id: 1, name: 'person', keypoints: COCO.names }] }),
      );
      annotated = ['--annotations', annotations()];
      vi.spyOn(console, 'log').mockReturnValue();
      await run(...annotated, '--results', path('two.json'), '--limit', '2');
      await run(...annotated, '--results', path('at-once.json'));
    });
    beforeEach(async () => {
      await copyFile(path('two.json'), results());
      await copyFile(path('two.run.json'), runFile());
    });

    it('from where it was, to the same results', async () => {
      const two = await readFile(results(), 'utf8');
      expect(JSON.parse(two)).not.toEqual([]);
      // What is done is not looked at again.
      await rename(path('first.png'), path('away.png'));
      output.mockClear();
      await resume();
      await rename(path('away.png'), path('first.png'));
      expect(await readFile(results(), 'utf8')).toBe(await readFile(path('at-once.json'), 'utf8'));
      expect(await readFile(results(), 'utf8')).not.toBe(two);
      expect(printed().split('\n')[0]).toMatch(/^3\/3 third\.png: /);
      output.mockClear();
      await resume();
      expect(printed().split('\n')[0]).toBe('3 photos');
    });

    it('after an error too', async () => {
      await rm(results());
      await rm(runFile());
      await rename(path('second.png'), path('away.png'));
      await expect(resume()).rejects.toThrow(/second\.png cannot be read/);
      await rename(path('away.png'), path('second.png'));
      expect((JSON.parse(await readFile(runFile(), 'utf8')) as { photos: object[] }).photos).toHaveLength(1);
      await resume();
      expect(await readFile(results(), 'utf8')).toBe(await readFile(path('at-once.json'), 'utf8'));
    });

    it('though an interruption left results of a photo that is not listed', async () => {
      const stored = JSON.parse(await readFile(runFile(), 'utf8')) as { photos: object[] };
      await writeFile(runFile(), JSON.stringify({ ...stored, photos: stored.photos.slice(0, 1) }));
      await resume();
      expect(await readFile(results(), 'utf8')).toBe(await readFile(path('at-once.json'), 'utf8'));
    });

    it('only where it is told to, or else starts anew', async () => {
      await expect(run(...annotated, '--results', results())).rejects.toThrow(
        expect.objectContaining({
          code: 'invalid-argument',
          message: expect.stringMatching(/there already: --resume goes on from it, --force replaces it/),
        }),
      );
      await run(...annotated, '--results', results(), '--force', '--limit', '1');
      expect((JSON.parse(await readFile(runFile(), 'utf8')) as { photos: object[] }).photos).toHaveLength(1);
    });

    it.each<[string, string[], RegExp]>([
      ['another size', ['--size', '96'], /size 64 instead of 96/],
      ['the flip test', ['--flip'], /flip false instead of true/],
      ['more scales', ['--scales', '0.5,1'], /scales 1 instead of 0\.5,1/],
      ['no refinement', ['--no-refine'], /refine true instead of false/],
      ['other qualities', ['--quality', 'regression,final'], /quality final instead of regression,final/],
    ])('not from results found otherwise: %s', async (_, options, message) => {
      await expect(resume(...options)).rejects.toThrow(
        expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(message) }),
      );
    });

    it('not from those of another model, or of other annotations', async () => {
      await cp(model, path('other'), { recursive: true });
      const manifest = JSON.parse(await readFile(path('other/manifest.json'), 'utf8')) as { model: object };
      await writeFile(path('other/manifest.json'), JSON.stringify({ ...manifest, model: { ...manifest.model, inputSize: 448 } }));
      await expect(resume('--model', path('other'))).rejects.toThrow(/weights sha256-\S+ instead of sha256-/);
      await writeFile(path('other.json'), (await readFile(annotations(), 'utf8')).replace('first.png', 'third.png'));
      await expect(resume('--annotations', path('other.json'))).rejects.toThrow(/annotations sha256-\S+ instead of sha256-/);
    });

    it.each<[string, () => Promise<void>, RegExp]>([
      [
        'cut-off results',
        async () => writeFile(results(), (await readFile(results(), 'utf8')).slice(0, -100)),
        /resumed\.json is cut off or damaged.*JSON/,
      ],
      [
        'results that lack some',
        async () => writeFile(results(), JSON.stringify((JSON.parse(await readFile(results(), 'utf8')) as object[]).slice(1))),
        /resumed\.json is cut off or damaged.*image photo 0 had \d+ results, and has \d+/,
      ],
      ['results that are none', async () => writeFile(results(), '{}'), /resumed\.json is cut off or damaged.*no list/],
      ['no results', async () => rm(results()), /nothing to resume from: .*resumed\.json cannot be read/],
      [
        'results that nothing is known of',
        async () => rm(runFile()),
        /nothing to resume from: .*resumed\.run\.json cannot be read/,
      ],
      [
        'a cut-off list of photos',
        async () => writeFile(runFile(), (await readFile(runFile(), 'utf8')).slice(0, -20)),
        /resumed\.run\.json is cut off or damaged/,
      ],
      [
        'a list of nothing',
        async () => writeFile(runFile(), 'null'),
        /resumed\.run\.json is cut off or damaged.*does not say what was run/,
      ],
    ])('not from %s', async (_, damage, message) => {
      await damage();
      await expect(resume()).rejects.toThrow(
        expect.objectContaining({ code: 'invalid-annotations', message: expect.stringMatching(message) }),
      );
    });
  });

  it.each([[], ['--quality', 'regression']])('refuses scales that do not fit %s', async (...options) => {
    const annotated = await annotate('stripes.png');
    for (const [scales, message] of [
      ['0.3,1', /scale 0\.3 of a 128×64 input/],
      ['0.5', /one of them 1/],
      ['1,x', /one of them 1/],
    ] as const) {
      await expect(run(...annotated, ...options, '--scales', scales)).rejects.toThrow(
        expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(message) }),
      );
    }
  });

  it('needs to know where the photos are', async () => {
    const images = [{ id: 3 }];
    await writeFile(
      path('unnamed.json'),
      JSON.stringify({ images, annotations: [], categories: [{ id: 1, name: 'person', keypoints: COCO.names }] }),
    );
    await expect(run('--annotations', path('unnamed.json'))).rejects.toThrow(/no file_name of image 3/);
  });

  it('names a photo that is missing, and refuses a model of other keypoints', async () => {
    await expect(run(...(await annotate('none.jpg')))).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-image', message: expect.stringMatching(/none\.jpg cannot be read/) }),
    );
    await expect(run(...CROWD.slice(0, 2))).rejects.toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringMatching(/finds coco's keypoints, the annotations are of crowdpose's/),
      }),
    );
  });
});
