import { execFile, spawnSync } from 'node:child_process';
import { link, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOutputs, outputNames, writeOutput } from '../../src/cli/outputs.ts';
import { isStream, writeWhole } from '../../src/cli/write-whole.ts';

let folder: string;
const path = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manypose-outputs-'));
  await mkdir(path('sub'));
  for (const name of ['in.jpg', 'there.json']) await writeFile(path(name), name);
  await symlink(path('in.jpg'), path('linked.png'));
  await link(path('in.jpg'), path('hard.png'));
  await symlink('sub', path('sub-link'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('output names', () => {
  it.each<[string, string[], string[]]>([
    ['one each', ['a/x.jpg', 'b/y.png'], ['x.png', 'y.png']],
    ['several folders', ['a/x.jpg', 'b/x.jpg', 'c/x.jpg'], ['x.jpg.png', 'x.jpg-2.png', 'x.jpg-3.png']],
    ['several kinds', ['x.jpg', 'x.webp', 'y.jpg'], ['x.jpg.png', 'x.webp.png', 'y.png']],
    ['capitals', ['a/X.JPG', 'b/x.jpg'], ['X.JPG.png', 'x.jpg-2.png']],
    ['one twice', ['x.jpg', 'x.jpg'], ['x.jpg.png', 'x.jpg-2.png']],
    ['names that look told apart', ['x.jpg-2.png', 'a/x.jpg', 'b/x.jpg'], ['x.jpg-2.png', 'x.jpg.png', 'x.jpg-3.png']],
    ['no ending', ['photo', '.hidden'], ['photo.png', '.hidden.png']],
    ['an accent written in two ways', ['a/\u00e9.jpg', 'b/e\u0301.jpg'], ['\u00e9.jpg.png', 'e\u0301.jpg-2.png']],
  ])('of %s', (_, files, names) => {
    expect(outputNames(files, ['.png']).flat()).toEqual(names);
  });

  it('are told apart from those of other files, whatever their endings', () => {
    expect(outputNames(['x.jpg', 'x-a.jpg', 'y.jpg'], ['.png', '-a.png'])).toEqual([
      ['x.png', 'x-a.png'],
      ['x-a-2.png', 'x-a-2-a.png'],
      ['y.png', 'y-a.png'],
    ]);
    expect(outputNames(['x.jpg'], [])).toEqual([[]]);
  });
});

describe('outputs are refused', () => {
  it.each<[string, string[], RegExp]>([
    ['that are an input', ['in.jpg'], /in\.jpg is an input, which is never written over/],
    ['that are an input by another way', ['sub/../in.jpg'], /is an input|is the input/],
    ['that link to an input', ['linked.png'], /linked\.png is the input .*in\.jpg/],
    ["that are an input's other name", ['hard.png'], /hard\.png is the input .*in\.jpg/],
    ['that are folders', ['sub'], /sub is a folder/],
    ['that lie in a file', ['there.json/x'], /there\.json/],
    ['that are the same', ['new.png', './sub/../new.png'], /would be written twice/],
  ])('%s, forced or not', async (_, names, message) => {
    for (const force of [false, true]) {
      await expect(checkOutputs(names.map(path), { inputs: [path('in.jpg'), path('none.jpg')], force })).rejects.toThrow(
        expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(message) }),
      );
    }
  });

  it('that are there, unless forced', async () => {
    await expect(checkOutputs([path('there.json')], { inputs: [], force: false })).rejects.toThrow(
      /there\.json is there already; --force replaces it/,
    );
    await checkOutputs([path('there.json'), path('new.json'), path('made/later/new.json')], {
      inputs: [path('in.jpg')],
      force: true,
    });
  });
});

describe('a pipe', () => {
  it('is written to, unforced, and stays what it is', async () => {
    expect(spawnSync('mkfifo', [path('pipe')]).status).toBe(0);
    await symlink('pipe', path('pipe-link'));
    for (const name of ['pipe', 'pipe-link']) {
      await checkOutputs([path(name)], { inputs: [path('in.jpg')], force: false });
      const read = promisify(execFile)('cat', [path('pipe')], { timeout: 10_000 });
      await writeOutput(path(name), 'poses');
      expect((await read).stdout).toBe('poses');
      expect((await lstat(path('pipe'))).isFIFO()).toBe(true);
    }
  });

  it("is known by the names of a process' own open files", async () => {
    for (const name of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) expect(await isStream(name)).toBe(true);
    for (const name of ['there.json', 'sub', 'none', 'linked.png']) expect(await isStream(path(name))).toBe(false);
  });
});

describe('a file is written whole', () => {
  it('or not at all, and leaves nothing beside it', async () => {
    await writeWhole(path('sub/new.txt'), 'new');
    expect(await readFile(path('sub/new.txt'), 'utf8')).toBe('new');
    await expect(writeWhole(path('none/new.txt'), 'new')).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(writeWhole(path('sub-link'), 'new')).resolves.toBeUndefined();
    // A link is replaced; what it led to is not written to.
    expect(await readdir(path('sub'))).toEqual(['new.txt']);
    await expect(writeWhole(path('sub'), 'new')).rejects.toMatchObject({ code: 'invalid-argument' });
    expect((await readdir(folder)).filter((name) => name.includes('.part'))).toEqual([]);
  });
});
