import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyCommand } from '../../src/cli/copy.ts';
import { commandWith, optionalPackage } from '../../src/cli/packages.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
let folder: string;

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'manypose-packages-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it("names the command line that brings a package, with the user's own arguments", () => {
  expect(commandWith(['@napi-rs/canvas', 'webgpu'], ['pose', 'a.jpg', '--size', '256'])).toBe(
    `npx --package=manypose@${version} --package=@napi-rs/canvas@1 --package=webgpu@0.6 -- manypose pose a.jpg --size 256`,
  );
});

it('quotes the arguments so that a shell gives them back as they were', () => {
  const args = ['two words.jpg', "it's $HOME.jpg", '*.png', ''];
  const command = commandWith([], args).replace(/^npx .* -- manypose/, 'printf "%s\\n"');
  expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(`${args.join('\n')}\n`);
});

it('tells a package that is missing from one that does not start', async () => {
  const load = () => import(/* @vite-ignore */ join(folder, 'broken.mjs'));
  writeFileSync(join(folder, 'broken.mjs'), 'throw new Error("no such library: libfoo.so.1")');
  await expect(optionalPackage(load, 'Pictures are read by', '@napi-rs/canvas')).rejects.toMatchObject({
    code: 'no-runtime',
    message: 'Pictures are read by the npm package @napi-rs/canvas, which does not start: no such library: libfoo.so.1',
  });
});

it('copies the installed weights, and removes shards of the copy before, and nothing else', async () => {
  await copyCommand([folder]);
  const to = join(folder, 'coco_w32');
  const manifest = JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8'));
  writeFileSync(
    join(to, 'manifest.json'),
    JSON.stringify({ ...manifest, shards: [...manifest.shards, { file: 'weights-01of99.bin' }] }),
  );
  for (const name of ['weights-01of99.bin', 'weights-02of99.bin', 'mine.bin']) writeFileSync(join(to, name), '');
  await copyCommand([folder]);
  const ours = readdirSync('models/coco_w32').filter((name) => /^manifest\.json$|\.bin$/.test(name));
  expect(readdirSync(to)).toEqual([...ours, 'weights-02of99.bin', 'mine.bin'].sort());
  expect(readFileSync(join(to, 'weights-15of15.bin')).equals(readFileSync('models/coco_w32/weights-15of15.bin'))).toBe(true);
  writeFileSync(join(to, 'manifest.json'), '{"name": "an app"}');
  await expect(copyCommand([folder])).rejects.toThrow(/is not a model's and is not replaced/);
});

it('wants one folder to copy to', async () => {
  await expect(copyCommand([])).rejects.toMatchObject({ code: 'invalid-argument' });
});
