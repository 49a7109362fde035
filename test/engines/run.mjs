#!/usr/bin/env node
// The other WebGPU engine, wgpu, by Deno: the kernels' parity, the small network's official outputs,
// frames, faults and a lost device, from the suites that run on Dawn in Node. Firefox, which has wgpu in a
// browser, and WebKit, for the ways without WebGPU. Installs what they need. `npm run test:engines`, or
// `npm run test:engines -- firefox` for one.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firefox, meet, run, webkitDriver } from '../../demo/needs.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Packages that are large, and needed here alone: kept out of package.json, gone with node_modules. */
const folder = join(root, 'node_modules/.engines');
const PACKAGES = { wgpu: { deno: '2.9.6' }, firefox: { 'puppeteer-core': '25.16.0' } };
/** A Vulkan driver on the CPU: Mesa's, or the one that Chromium brings. */
const DRIVERS = [
  '/usr/share/vulkan/icd.d/lvp_icd.json',
  '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json',
  '/usr/lib/chromium/vk_swiftshader_icd.json',
];

function installPackages(names) {
  const missing = names
    .flatMap((name) => Object.entries(PACKAGES[name] ?? {}))
    .filter(([name]) => !existsSync(join(folder, 'node_modules', name)));
  if (missing.length === 0) return;
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const versions = missing.map(([name, version]) => `${name}@${version}`);
  if (run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', ...versions]) !== 0) process.exit(1);
}

function vulkan() {
  const driver = process.env.VK_ICD_FILENAMES ?? DRIVERS.find((path) => existsSync(path));
  return { ...(driver && { VK_ICD_FILENAMES: driver }), XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir() };
}

const specs = (name, env) =>
  run('npx', ['vitest', 'run', '--config', 'test/engines/vitest.config.ts', `test/engines/${name}.spec.ts`], env);

/** What each needs beside Node and the packages. Chromium brings a Vulkan driver. */
const needs = { wgpu: ['chromium', 'vulkan'], firefox: ['chromium', 'vulkan', 'firefox'], webkit: ['webkit', 'xvfb'] };

const engines = {
  wgpu: () =>
    run(
      join(folder, 'node_modules/.bin/deno'),
      [
        'run',
        '-A',
        'node_modules/vitest/vitest.mjs',
        'run',
        '--config',
        'test/vitest.config.ts',
        'test/kernels',
        'test/webgpu',
        'test/conformance',
        // The other runtimes' tests, and the full network, which takes minutes on a driver on the CPU, run in Node.
        '-t',
        '^(?!cpu |wasm )(?!.*(WebAssembly|of the full network))',
      ],
      { ...vulkan(), REQUIRE_WEBGPU: '1' },
    ),
  firefox: () => specs('firefox', { ...vulkan(), FIREFOX: firefox(), MANYPOSE_ENGINES: folder }),
  webkit: () => specs('webkit', { WEBKIT_DRIVER: webkitDriver() }),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in engines));
if (unknown.length > 0) {
  console.error(`no engine ${unknown.join(', ')}: there are ${Object.keys(engines).join(', ')}`);
  process.exit(2);
}
const chosen = wanted.length > 0 ? wanted : Object.keys(engines);
meet('node', 'packages', ...new Set(chosen.flatMap((name) => needs[name])));
installPackages(chosen);
const failed = [];
for (const name of chosen) {
  const start = performance.now();
  const status = engines[name]();
  if (status !== 0) failed.push(name);
  console.log(`\n${name}: ${status === 0 ? 'passed' : 'failed'} in ${Math.round((performance.now() - start) / 1000)} s`);
}
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);
