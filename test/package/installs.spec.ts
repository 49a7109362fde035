import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { packedFolder } from './pack.ts';
import { bytesToFindPeople, complete } from './people.ts';
import type { Project } from './project.ts';
import { emptyProject, packed, unpackedProject } from './project.ts';

// What npm makes of the package's dependencies.
const tarballs = (): Record<string, string> =>
  Object.fromEntries(packed().map(({ name, filename }) => [name, join(packedFolder(), filename)]));
const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

test("an app pays for TensorFlow.js' core and WebGL, and for nothing of the command line", () => {
  const project = emptyProject();
  try {
    project.run('npm', ...INSTALL, tarballs().manypose);
    const installed = Object.keys(
      (JSON.parse(project.run('npm', 'ls', '--json')) as { dependencies: Record<string, unknown> }).dependencies,
    );
    expect(installed).toEqual(['manypose']);
    const folders = project.run('sh', '-c', 'ls -d node_modules/*/ node_modules/@*/*/').split('\n');
    expect(folders.filter((name) => /\/(webgpu|@napi-rs|@manypose)\//.test(name))).toEqual([]);
    const megabytes = Number(/^\d+/.exec(project.run('du', '-sm', 'node_modules'))![0]);
    console.log(`    npm install manypose: ${megabytes} MB`);
    expect(megabytes).toBeLessThan(110);
  } finally {
    project.remove();
  }
});

test('an app with a TensorFlow.js of its own keeps that one, and both work without a word of complaint', async ({ page }) => {
  const project: Project = emptyProject();
  try {
    project.run('npm', ...INSTALL, '@tensorflow/tfjs@4.20.0', 'esbuild@^0.28');
    project.run('npm', ...INSTALL, ...Object.values(tarballs()));
    const cores = project.run('find', 'node_modules', '-path', '*/tfjs-core/package.json').trim().split('\n');
    expect(
      cores.map((file) => (JSON.parse(readFileSync(join(project.folder, file), 'utf8')) as { version: string }).version),
    ).toEqual(['4.20.0']);
    project.run('npx', 'manypose', 'copy', 'public/models');
    project.run(
      'npx',
      'esbuild',
      'main-own-tensorflow.ts',
      '--bundle',
      '--format=esm',
      '--splitting',
      '--minify',
      '--outdir=built/own',
      '--log-level=warning',
    );
    complete(join(project.folder, 'built/own'), project.folder, 'main-own-tensorflow.js');
    await bytesToFindPeople(page, join(project.folder, 'built/own'), { runtime: 'webgl' });
  } finally {
    project.remove();
  }
});

test('people who have only npm find people by the line that the command names', () => {
  const project = unpackedProject();
  const empty = mkdtempSync(join(tmpdir(), 'manypose-empty-'));
  // npx keeps what it installs, 100 MB under a name that is not asked for again.
  const kept = join(project.run('npm', 'config', 'get', 'cache').trim(), '_npx');
  const before = new Set(existsSync(kept) ? readdirSync(kept) : []);
  try {
    const picture = join(project.folder, 'public/skiers.jpg');
    let line = '';
    try {
      execFileSync('node', [join(project.folder, 'node_modules/manypose/dist/cli/manypose.js'), 'pose', picture], {
        cwd: empty,
        stdio: 'pipe',
        encoding: 'utf8',
      });
    } catch (error) {
      line = /npx .*/.exec((error as { stderr: string }).stderr)![0];
    }
    // These are not on the registry yet.
    for (const [name, tarball] of Object.entries(tarballs()))
      line = line.replace(new RegExp(`--package=${name}@\\S+`), `--package=${tarball}`);
    const printed = execFileSync('sh', ['-c', line.replace('npx', 'npx --yes')], {
      cwd: empty,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(printed).toMatch(/skiers\.jpg: [1-9]\d* people/);
  } finally {
    for (const name of existsSync(kept) ? readdirSync(kept) : [])
      if (!before.has(name)) rmSync(join(kept, name), { recursive: true });
    rmSync(empty, { recursive: true });
    project.remove();
  }
});
