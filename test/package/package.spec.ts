import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

// What npm publishes, installed into an app of its own that is built by Vite and run.
test.describe.configure({ mode: 'serial' });

const root = fileURLToPath(new URL('../..', import.meta.url));
const PORT = 4175;
let app: string;
let server: ChildProcess | undefined;

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: app, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1e8 });
}

test.beforeAll(() => {
  test.setTimeout(300_000);
  app = mkdtempSync(join(tmpdir(), 'manypose-app-'));
  // What npm does before it packs; apart, because it prints to where the list of files goes.
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: root });
  const packed = Object.values(JSON.parse(execFileSync(
    'npm', ['pack', '--json', '--ignore-scripts', '--workspaces', '--include-workspace-root', '--pack-destination', app],
    { cwd: root, encoding: 'utf8', maxBuffer: 1e8 },
  ))) as { name: string; filename: string }[];
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(app, 'package.json'), JSON.stringify({
    name: 'app', private: true, type: 'module',
    dependencies: Object.fromEntries(packed.map(({ name, filename }) => [name, `file:${filename}`])),
    devDependencies: { vite: devDependencies.vite, typescript: devDependencies.typescript },
  }));
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { target: 'ES2022', module: 'ESNext', moduleResolution: 'bundler', strict: true, noEmit: true, types: [] },
    include: ['main.ts'],
  }));
  cpSync(join(root, 'test/package/app'), app, { recursive: true });
  run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--silent');
  run('npx', 'manypose', 'copy', 'public/models');
  cpSync(join(root, 'demo/samples/skiers.jpg'), join(app, 'public/skiers.jpg'));
});

test.afterAll(() => {
  server?.kill();
  if (app) rmSync(app, { recursive: true, force: true });
});

async function peopleFound(page: Page, url: string): Promise<string[]> {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  await page.goto(url);
  await expect(page).toHaveTitle(/people on|-|Error/);
  return requests;
}

test('holds the library, the model and their licences, and nothing of the workshop', () => {
  const installed = join(app, 'node_modules/manypose');
  for (const file of ['LICENSE', 'README.md', 'dist/library/manypose.js', 'dist/library/manypose.d.ts', 'dist/browser/manypose.js', 'dist/cli/manypose.js']) {
    expect(existsSync(join(installed, file)), file).toBe(true);
  }
  for (const folder of ['src', 'test', 'demo', 'models']) expect(existsSync(join(installed, folder)), folder).toBe(false);
});

test('an app that uses its types compiles', () => {
  expect(run('npx', 'tsc')).toBe('');
});

test('can be imported where there is no browser, and does nothing then', () => {
  const code = "const before = Object.keys(globalThis).length; const names = Object.keys(await import('manypose'));"
    + 'console.log(JSON.stringify({ names, added: Object.keys(globalThis).length - before }))';
  const { names, added } = JSON.parse(run('node', '--input-type=module', '-e', code));
  expect(names).toContain('createDetector');
  expect(added).toBe(0);
});

test('runs in an app built by Vite; TensorFlow.js is fetched only by those who need it', async ({ page }) => {
  run('npx', 'vite', 'build', '--logLevel', 'error');
  server = spawn('node', ['node_modules/vite/bin/vite.js', 'preview', '--port', String(PORT), '--strictPort'], { cwd: app, stdio: 'ignore' });
  await expect(async () => expect((await fetch(`http://localhost:${PORT}/`)).ok).toBe(true)).toPass();

  const onWebgpu = await peopleFound(page, `http://localhost:${PORT}/?runtime=webgpu`);
  await expect(page).toHaveTitle(/^[1-9]\d* people on webgpu$/);
  const scripts = onWebgpu.filter((path) => path.endsWith('.js'));
  const bytes = (paths: string[]): number => paths.reduce((sum, path) => sum + readFileSync(join(app, 'dist', path)).length, 0);
  // TensorFlow.js alone is ten times as much.
  expect(bytes(scripts)).toBeLessThan(100_000);

  const onTfjs = await peopleFound(page, `http://localhost:${PORT}/?runtime=tfjs`);
  await expect(page).toHaveTitle(/^[1-9]\d* people on tfjs$/);
  expect(bytes(onTfjs.filter((path) => path.endsWith('.js')))).toBeGreaterThan(500_000);
});

test('the README\'s code shows the camera\'s people', async ({ page }) => {
  const [, code] = /```ts\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))!;
  mkdirSync(join(app, 'readme'));
  writeFileSync(join(app, 'readme/main.ts'), code);
  writeFileSync(join(app, 'readme/index.html'), '<!doctype html><video autoplay muted></video><canvas></canvas><script type="module" src="./main.ts"></script>');
  run('npx', 'tsc', '--ignoreConfig', '--noEmit', '--strict', '--target', 'ES2022', '--module', 'ESNext', '--moduleResolution', 'bundler', 'readme/main.ts');
  run('npx', 'vite', 'build', 'readme', '--base', './', '--outDir', '../dist/readme', '--logLevel', 'error');
  // As the model says 512, which takes a minute per frame without a GPU.
  await page.route('**/manifest.json', async (route) => {
    const response = await route.fetch();
    const manifest = await response.json();
    await route.fulfill({ response, json: { ...manifest, model: { ...manifest.model, inputSize: 64 } } });
  });
  await page.goto(`http://localhost:${PORT}/readme/`);
  await expect.poll(() => page.evaluate(() => {
    const canvas = document.querySelector('canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value, i) => i % 4 !== 3 && value > 0);
  })).toBe(true);
});

test('runs in a page without a bundler', async ({ page }) => {
  cpSync(join(app, 'node_modules/manypose/dist/browser'), join(app, 'dist/manypose'), { recursive: true });
  const html = '<!doctype html><img id="photo" src="./skiers.jpg"><script type="module">'
    + "import { createDetector } from './manypose/manypose.js';"
    + "const detector = await createDetector({ modelUrl: './models/coco_w32/', inputSize: 128, runtime: 'webgpu' });"
    + "const image = document.querySelector('#photo'); await image.decode();"
    + 'document.title = `${(await detector.estimatePoses(image)).length} people on ${detector.info.runtime}`;</script>';
  writeFileSync(join(app, 'dist/plain.html'), html);
  await peopleFound(page, `http://localhost:${PORT}/plain.html`);
  await expect(page).toHaveTitle(/^[1-9]\d* people on webgpu$/);
});

test('its command finds people in Node', () => {
  expect(run('npx', 'manypose', '--help')).toContain('convert');
  for (const name of ['webgpu', '@napi-rs/canvas']) {
    mkdirSync(join(app, 'node_modules', name, '..'), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name));
  }
  const printed = run('npx', 'manypose', 'pose', 'public/skiers.jpg', '--size', '64', '--json', 'poses.json');
  expect(printed).toContain('public/skiers.jpg: ');
  const [{ width, poses }] = JSON.parse(readFileSync(join(app, 'poses.json'), 'utf8'));
  expect(width).toBe(640);
  expect(poses[0].keypoints).toHaveLength(17);
});
