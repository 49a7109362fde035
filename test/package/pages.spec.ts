import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { bytesToFindPeople, complete, expectPeople, photoPage, WEBGPU_BYTES } from './people.ts';
import type { Project } from './project.ts';
import { unpackedProject } from './project.ts';
import { serve } from './serve.ts';

let project: Project;
let folder: string;

// The page of somebody who uses no tools: the browser bundle and a script.
test.beforeAll(() => {
  project = unpackedProject();
  project.run('node', 'node_modules/manypose/dist/cli/manypose.js', 'copy', 'public/models');
  folder = join(project.folder, 'page');
  mkdirSync(folder);
  cpSync(join(project.folder, 'node_modules/manypose/dist/browser'), join(folder, 'manypose'), { recursive: true });
  complete(folder, project.folder, 'main.js');
  writeFileSync(
    join(folder, 'main.js'),
    `
    import { createDetector } from './manypose/manypose.js';
    const runtime = new URLSearchParams(location.search).get('runtime');
    try {
      const image = document.querySelector('#photo');
      await image.decode();
      const detector = await createDetector({ runtime });
      document.title = \`\${(await detector.estimatePoses(image)).length} people on \${detector.info.runtime}\`;
    } catch (error) {
      document.title = String(error);
    }`,
  );
});
test.afterAll(() => project?.remove());

test.describe('a page without a bundler', { tag: '@quick' }, () => {
  test('finds people', async ({ page }) => {
    expect(await bytesToFindPeople(page, folder, { path: '?runtime=webgpu' })).toBeLessThan(WEBGPU_BYTES);
  });

  test('finds people where it may run only scripts of its own', async ({ page }) => {
    const headers = { 'content-security-policy': "default-src 'none'; connect-src 'self'; img-src 'self'; script-src 'self'" };
    await bytesToFindPeople(page, folder, { path: '?runtime=webgpu', headers });
    await bytesToFindPeople(page, folder, { path: '?runtime=webgl', runtime: 'webgl', headers });
  });

  test('is told what to allow for WebAssembly, and then finds people by it', async ({ page }) => {
    const policy = "default-src 'none'; connect-src 'self'; img-src 'self'; script-src 'self'";
    const server = await serve(folder, { 'content-security-policy': policy });
    try {
      await page.goto(`${server.url}?runtime=wasm`);
      await expect(page).toHaveTitle(/add 'wasm-unsafe-eval' to its script-src/);
    } finally {
      server.close();
    }
    const headers = { 'content-security-policy': `${policy} 'wasm-unsafe-eval'; worker-src blob:` };
    await bytesToFindPeople(page, folder, { path: '?runtime=wasm', runtime: 'wasm', headers });
  });

  test('finds people by library and weights of another origin, pinned by hash, and refuses others', async ({ page }) => {
    const cdn = await serve(folder, { 'access-control-allow-origin': '*' });
    const home = join(project.folder, 'home');
    mkdirSync(home);
    cpSync(join(folder, 'skiers.jpg'), join(home, 'skiers.jpg'));
    writeFileSync(join(home, 'index.html'), photoPage('main.js'));
    const script = readFileSync(join(folder, 'main.js'), 'utf8').replace('./manypose/', `${cdn.url}manypose/`);
    const pinned = (hash: string): string =>
      script.replace(
        '{ runtime }',
        JSON.stringify({ runtime: 'webgpu', modelUrl: `${cdn.url}models/coco_w32/`, modelIntegrity: `sha256-${hash}` }),
      );
    const hash = createHash('sha256')
      .update(readFileSync(join(folder, 'models/coco_w32/manifest.json')))
      .digest('base64');
    const server = await serve(home);
    try {
      writeFileSync(join(home, 'main.js'), pinned(hash));
      await expectPeople(page, server.url);
      writeFileSync(join(home, 'main.js'), pinned(hash.replace(/^../, 'AA')));
      await page.goto(server.url);
      await expect(page).toHaveTitle(/manifest\.json has the hash sha256-.* instead of sha256-AA/);
    } finally {
      server.close();
      cdn.close();
    }
  });

  test('is told where the weights belong if they are missing', async ({ page }) => {
    const bare = join(project.folder, 'bare');
    mkdirSync(bare);
    for (const name of ['manypose', 'index.html', 'main.js', 'skiers.jpg'])
      cpSync(join(folder, name), join(bare, name), { recursive: true });
    const server = await serve(bare);
    try {
      await page.goto(`${server.url}?runtime=webgpu`);
      await expect(page).toHaveTitle(/models\/coco_w32\/manifest\.json.*404.*npx manypose copy public\/models.*modelUrl/);
    } finally {
      server.close();
    }
  });
});
