import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const needs = new URL('../../demo/needs.mjs', import.meta.url).href;

/** Meets needs in a process of its own, which `before` makes look like another machine's and `as` somebody else's. */
function meet(names: readonly string[], env: Record<string, string> = {}, { before = '', as = '' } = {}) {
  const code = `${before}; const { meet } = await import('${needs}'); ${as}; meet(...${JSON.stringify(names)}); console.log('met');`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const GONE = { CHROMIUM: '/nowhere/chromium' };

describe('what the commands need', () => {
  it('is met here, and nothing is installed then', () => {
    expect(meet(['node', 'packages', 'chromium', 'font', 'vulkan'])).toEqual({ status: 0, stdout: 'met\n', stderr: '' });
  });

  it('is named where nothing can be installed, with the way to get it', () => {
    const { status, stdout, stderr } = meet(['node', 'chromium'], GONE, {
      before: "Object.defineProperty(process, 'platform', { value: 'darwin' })",
    });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/- Chromium or Chrome .*set CHROMIUM=\/path\/to\/it/);
    expect(stderr).not.toContain('Node.js');
  });

  it('tells of a Node that is too old', () => {
    const { status, stderr } = meet(
      ['node', 'packages'],
      {},
      { before: "Object.defineProperty(process.versions, 'node', { value: '20.18.9' })" },
    );
    expect(status).toBe(1);
    expect(stderr).toContain('Node.js 20.19 or later: install it from https://nodejs.org');
  });

  const debian = process.platform === 'linux' && existsSync('/usr/bin/apt-get');
  it.skipIf(!debian || process.getuid!() !== 0 || existsSync('/usr/bin/sudo'))(
    'is named with the command for root where Debian is run by somebody else',
    () => {
      const { status, stderr } = meet(['chromium'], GONE, { as: 'process.setuid(65534)' });
      expect(status).toBe(1);
      expect(stderr).toContain('As root:\n    apt-get update -q\n    apt-get install -qy --no-install-recommends chromium\n');
    },
  );
});
