import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { bytesToFindPeople, complete, WEBGPU_BYTES } from './people.ts';
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
  writeFileSync(join(folder, 'main.js'), `
    import { createDetector } from './manypose/manypose.js';
    const runtime = new URLSearchParams(location.search).get('runtime');
    try {
      const image = document.querySelector('#photo');
      await image.decode();
      const detector = await createDetector({ runtime });
      document.title = \`\${(await detector.estimatePoses(image)).length} people on \${detector.info.runtime}\`;
    } catch (error) {
      document.title = String(error);
    }`);
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

  test('is told where the weights belong if they are missing', async ({ page }) => {
    const bare = join(project.folder, 'bare');
    mkdirSync(bare);
    for (const name of ['manypose', 'index.html', 'main.js', 'skiers.jpg']) cpSync(join(folder, name), join(bare, name), { recursive: true });
    const server = await serve(bare);
    try {
      await page.goto(`${server.url}?runtime=webgpu`);
      await expect(page).toHaveTitle(/models\/coco_w32\/manifest\.json.*404.*npx manypose copy public\/models.*modelUrl/);
    } finally {
      server.close();
    }
  });
});
