import { spawnSync } from 'node:child_process';
import { expect, test } from '@playwright/test';
import type { Project } from './project.ts';
import { installedProject } from './project.ts';

// Other JavaScript engines outside of browsers, as npm has them.
let project: Project;
test.beforeAll(() => void (project = installedProject({ deno: '^2.9.6', bun: '^1.4.5', '@napi-rs/canvas': '^1.1.1' })));
test.afterAll(() => project?.remove());

for (const [engine, ...args] of [['deno', 'run', '--allow-all'], ['bun']]) {
  test(`a script finds people under ${engine}, with the installed weights, on threads, and ends by itself`, () => {
    const { status, stdout, stderr } = spawnSync(
      `node_modules/.bin/${engine}`,
      [...args, 'node/portable.mjs', 'public/skiers.jpg'],
      { cwd: project.folder, encoding: 'utf8', timeout: 120_000, env: { ...process.env, NO_COLOR: '1' } },
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^[1-9]\d* people on SIMD, 2 threads\n$/),
      stderr: '',
    });
  });
}
