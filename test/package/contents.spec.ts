import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { pack, packedFolder, root } from './pack.ts';
import type { Project } from './project.ts';
import { packed, unpackedProject } from './project.ts';

let project: Project;
test.beforeAll(() => void (project = unpackedProject()));
test.afterAll(() => project?.remove());

const built = (folder: string): string[] => {
  const files = readdirSync(join(project.folder, 'node_modules/manypose/dist', folder)).filter((name) => name.endsWith('.js'));
  return files.map((name) => join(project.folder, 'node_modules/manypose/dist', folder, name));
};

test.describe('the package', { tag: '@quick' }, () => {
  test('holds what it should, nothing of the workshop, and no more than 3 MB', () => {
    const { files, unpackedSize } = packed().find(({ name }) => name === 'manypose')!;
    const paths = files.map(({ path }) => path);
    for (const path of [
      'LICENSE',
      'README.md',
      'dist/library/manypose.js',
      'dist/library/manypose.d.ts',
      'dist/library/webgpu.js',
      'dist/library/webgpu.d.ts',
      'dist/library/training.js',
      'dist/library/training.d.ts',
      'dist/library/evaluation.js',
      'dist/library/evaluation.d.ts',
      'dist/library/draw.js',
      'dist/library/draw.d.ts',
      'dist/library/convert.js',
      'dist/library/convert.d.ts',
      'dist/browser/manypose.js',
      'dist/cli/manypose.js',
    ])
      expect(paths).toContain(path);
    expect(
      paths.filter((path) => !/^(dist\/(library|browser|cli)\/[\w-]+\.(js|d\.ts)|LICENSE|README\.md|package\.json)$/.test(path)),
    ).toEqual([]);
    expect(unpackedSize).toBeLessThan(3e6);
  });

  test('of the weights holds the manifest, its shards and their licence', () => {
    const { files } = pack(join(root, 'models/coco_w32'), packedFolder(), '--dry-run');
    const { shards } = JSON.parse(readFileSync(join(root, 'models/coco_w32/manifest.json'), 'utf8')) as {
      shards: { file: string }[];
    };
    expect(
      files
        .map(({ path }) => path)
        .filter((path) => path !== 'LICENSE')
        .sort(),
    ).toEqual(['README.md', 'manifest.json', 'package.json', ...shards.map(({ file }) => file)].sort());
  });

  test('names its CDN addresses with the versions and the hash that are in here', () => {
    const manifest = readFileSync(join(root, 'models/coco_w32/manifest.json'));
    const [manypose, weights] = packed().map(({ name, filename }) => `${name}@${/-(\d+\.\d+\.\d+.*)\.tgz$/.exec(filename)![1]}`);
    for (const file of ['README.md', 'models/coco_w32/README.md']) {
      const readme = readFileSync(join(root, file), 'utf8');
      expect(readme).toContain(`'sha256-${createHash('sha256').update(manifest).digest('base64')}'`);
      expect(readme).toContain(`/npm/${manypose}/dist/browser/manypose.js`);
      expect(readme).toContain(`/npm/${weights}/'`);
    }
  });

  test("imports nothing of Node's where a bundler for browsers would stop at it", () => {
    for (const file of [...built('library'), ...built('browser')]) {
      expect(readFileSync(file, 'utf8'), file).not.toMatch(/(from|import\()\s*["'`]node:/);
    }
  });

  test('has a command that can be run', () => {
    const command = join(root, 'dist/cli/manypose.js');
    expect(statSync(command).mode & 0o111).toBe(0o111);
    expect(execFileSync(command, ['--help'], { encoding: 'utf8' })).toContain('copy');
  });

  test('pleases publint and arethetypeswrong', () => {
    const tarball = join(packedFolder(), packed().find(({ name }) => name === 'manypose')!.filename);
    const tool = (name: string, ...args: string[]): string =>
      execFileSync('npx', ['--no', name, '--', ...args], { cwd: root, encoding: 'utf8' });
    expect(tool('publint', tarball, '--strict')).toMatch(/All good/);
    // Fails where there is a problem. Two are none: Node 20.19 and later take an ES module by require, and resolution
    // that knows no `exports` (node10) is gone with TypeScript 7.
    tool('attw', tarball, '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm');
  });
});
