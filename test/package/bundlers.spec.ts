import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import {
  bytesOf,
  bytesToFindPeople,
  complete,
  expectPeople,
  ONE_FILE_BYTES,
  VITE_PAGE_BYTES,
  WASM_BYTES,
  WEBGPU_BYTES,
} from './people.ts';
import { root } from './pack.ts';
import type { Project } from './project.ts';
import { installedProject, unpackedProject } from './project.ts';
import { serve } from './serve.ts';

let project: Project;
const built = (name: string): string => join(project.folder, 'built', name);

test.afterAll(() => project?.remove());

const ESBUILD = ['--bundle', '--format=esm', '--minify', '--target=es2022', '--log-level=warning'];

test.describe('quick builds', { tag: '@quick' }, () => {
  test.beforeAll(() => {
    project = unpackedProject('vite', 'esbuild');
    project.run('node', 'node_modules/manypose/dist/cli/manypose.js', 'copy', 'public/models');
  });

  test('by Vite find people, in the page, by the small entry and in a module worker', async ({ page }) => {
    project.run('node', 'node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn');
    expect(await bytesToFindPeople(page, built('vite'))).toBeLessThan(WEBGPU_BYTES + VITE_PAGE_BYTES);
    expect(await bytesToFindPeople(page, built('vite'), { path: 'webgpu.html' })).toBeLessThan(WEBGPU_BYTES);
    expect(await bytesToFindPeople(page, built('vite'), { path: 'worker.html' })).toBeLessThan(WEBGPU_BYTES);
    expect(await bytesToFindPeople(page, built('vite'), { path: '?runtime=wasm', runtime: 'wasm' })).toBeLessThan(WASM_BYTES);
  });

  test('by esbuild find people, split or in one file', async ({ page }) => {
    expect(
      project.run(join(root, 'node_modules/.bin/esbuild'), 'main.ts', ...ESBUILD, '--splitting', '--outdir=built/split'),
    ).toBe('');
    complete(built('split'), project.folder, 'main.js');
    expect(await bytesToFindPeople(page, built('split'))).toBeLessThan(WEBGPU_BYTES);

    expect(
      project.run(join(root, 'node_modules/.bin/esbuild'), 'main-webgpu.ts', ...ESBUILD, '--outfile=built/one/main.js'),
    ).toBe('');
    complete(built('one'), project.folder, 'main.js');
    expect(await bytesToFindPeople(page, built('one'))).toBeLessThan(ONE_FILE_BYTES);
    await bytesToFindPeople(page, built('one'), { path: '?runtime=wasm', runtime: 'wasm' });
  });

  test("of the README's code show the camera's people", async ({ page }) => {
    const [, code] = /```ts\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))!;
    const html = '<!doctype html><video autoplay muted></video><canvas></canvas><script type="module" src="./main.ts"></script>';
    const folder = join(project.folder, 'readme');
    mkdirSync(folder);
    writeFileSync(join(folder, 'main.ts'), code);
    writeFileSync(join(folder, 'index.html'), html);
    project.run('node', 'node_modules/vite/bin/vite.js', 'build', 'readme', '--outDir', '../built/readme', '--logLevel', 'warn');
    complete(built('readme'), project.folder);
    const server = await serve(built('readme'));
    try {
      await page.goto(server.url);
      await expect
        .poll(() =>
          page.evaluate(() => {
            const canvas = document.querySelector('canvas')!;
            const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
            return data.some((value, i) => i % 4 !== 3 && value > 0);
          }),
        )
        .toBe(true);
    } finally {
      server.close();
    }
  });
});

test.describe('builds', () => {
  test.beforeAll(() => {
    test.setTimeout(900_000);
    project = installedProject({
      '@rollup/plugin-commonjs': '^29',
      '@rollup/plugin-node-resolve': '^16',
      '@rollup/plugin-terser': '^1',
      '@vitejs/plugin-react': '^6',
      esbuild: '^0.28',
      'esbuild-loader': '^4',
      react: '^19',
      'react-dom': '^19',
      rollup: '^4',
      'rollup-plugin-esbuild': '^6',
      vite: '^8',
      webpack: '^5',
      'webpack-cli': '^6',
    });
    project.run('npx', 'manypose', 'copy', 'public/models');
  });

  test('by Vite', async ({ page }) => {
    project.run('npx', 'vite', 'build', '--logLevel', 'warn');
    expect(await bytesToFindPeople(page, built('vite'))).toBeLessThan(WEBGPU_BYTES + VITE_PAGE_BYTES);
    expect(await bytesToFindPeople(page, built('vite'), { path: 'worker.html' })).toBeLessThan(WEBGPU_BYTES);
    // TensorFlow.js is fetched, and works, where it is wanted.
    expect(await bytesToFindPeople(page, built('vite'), { path: '?runtime=webgl', runtime: 'webgl' })).toBeGreaterThan(
      4 * WEBGPU_BYTES,
    );
  });

  test('by Vite, with React in StrictMode', async ({ page }) => {
    project.run('npx', 'vite', 'build', 'react', '--logLevel', 'warn');
    await bytesToFindPeople(page, built('react'));
  });

  test("by nobody: Vite's development server, with React in StrictMode", async ({ page }) => {
    const server = spawn('node', ['node_modules/vite/bin/vite.js', 'react', '--port', '0', '--host', '127.0.0.1'], {
      cwd: project.folder,
    });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let printed = '';
        server.stdout.on('data', (data: Buffer) => {
          printed += String(data);
          const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed.replace(/\x1b\[\d*m/g, ''));
          if (address) resolve(address[0]);
        });
        server.on('exit', () => reject(new Error(`vite ended: ${printed}`)));
      });
      await expectPeople(page, url);
    } finally {
      server.kill();
    }
  });

  test('by webpack', async ({ page }) => {
    project.run('npx', 'webpack', '--stats', 'errors-warnings');
    complete(built('webpack'), project.folder, 'main.js');
    expect(await bytesToFindPeople(page, built('webpack'))).toBeLessThan(WEBGPU_BYTES);
  });

  test('by rollup', async ({ page }) => {
    project.run('npx', 'rollup', '--config', '--failAfterWarnings', '--silent');
    complete(built('rollup'), project.folder, 'main.js');
    expect(await bytesToFindPeople(page, built('rollup'))).toBeLessThan(WEBGPU_BYTES);
  });

  test('by esbuild without splitting: everything is in the one file, and works', async ({ page }) => {
    expect(project.run('npx', 'esbuild', 'main.ts', ...ESBUILD, '--outfile=built/whole/main.js')).toBe('');
    complete(built('whole'), project.folder, 'main.js');
    await bytesToFindPeople(page, built('whole'));
  });
});

test.describe('Next.js', () => {
  let next: Project;
  test.beforeAll(() => {
    test.setTimeout(900_000);
    next = installedProject({
      next: '^16',
      react: '^19',
      'react-dom': '^19',
      typescript: '^5.9',
      '@types/react': '^19',
      '@types/node': '^22',
    });
    next.run('npx', 'manypose', 'copy', 'public/models');
    cpSync(join(next.folder, 'public'), join(next.folder, 'next/public'), { recursive: true });
  });
  test.afterAll(() => next?.remove());

  for (const bundler of ['turbopack', 'webpack']) {
    test(`by ${bundler}: rendered once in Node, then people in the page`, async ({ page }) => {
      next.run('npx', 'next', 'build', 'next', `--${bundler}`);
      const exported = join(next.folder, 'next/out');
      const bytes = await bytesToFindPeople(page, exported);
      const without = await bytesOf(page, exported, 'empty.html');
      expect(bytes - without).toBeLessThan(WEBGPU_BYTES);
    });
  }
});
