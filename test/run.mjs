#!/usr/bin/env node
// Runs every check: types, unit, kernel and golden tests (Vitest), browser, visual and package tests
// (Playwright). Installs what a fresh Debian machine lacks. `npm test`, or `npm test -- types vitest`
// for some of the stages. Ends with the number of tests.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'manypose-test-'));
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** What the tests need of a system: where it is, and the Debian package that puts it there. */
const NEEDS = [
  // The browser they drive, and with it a Vulkan driver on the CPU.
  { path: CHROMIUM, package: 'chromium' },
  // The font of the pictures that screenshots are compared with.
  { path: '/usr/share/fonts/truetype/liberation', package: 'fonts-liberation' },
];

function run(command, args, env = {}) {
  console.log(`\n$ ${[command, ...args].join(' ')}`);
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;
}

function need(command, args, env) {
  const status = run(command, args, env);
  if (status !== 0) {
    console.error(`\n${command} failed: the tests cannot run`);
    process.exit(status);
  }
}

function install() {
  if (!existsSync(join(root, 'node_modules/vitest'))) need('npm', ['ci', '--no-audit', '--no-fund']);
  const missing = NEEDS.filter(({ path }) => !existsSync(path));
  if (missing.length === 0) return;
  if (!existsSync('/usr/bin/apt-get')) {
    if (existsSync(CHROMIUM)) return; // the pictures' tests will say what they lack
    console.error(`no Chromium at ${CHROMIUM}: install one and set CHROMIUM to its path`);
    process.exit(1);
  }
  const [first, ...rest] = process.getuid() === 0 ? ['apt-get'] : ['sudo', 'apt-get'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  need(first, [...rest, 'update', '-q'], env);
  need(first, [...rest, 'install', '-qy', '--no-install-recommends', ...missing.map((each) => each.package)], env);
}

const report = (name) => join(reports, `${name}.json`);
const read = (name) => (existsSync(report(name)) ? JSON.parse(readFileSync(report(name), 'utf8')) : undefined);

/** Each stage runs its tests and tells how many passed, failed and were skipped. */
const stages = {
  types() {
    const failed = run('npx', ['tsc']) === 0 ? 0 : 1;
    return { passed: 1 - failed, failed, skipped: 0 };
  },
  vitest() {
    const status = run('npx', ['vitest', 'run', '--config', 'test/vitest.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${report('vitest')}`]);
    const found = read('vitest');
    return summed(status, found?.numPassedTests, found?.numFailedTests, found?.numPendingTests);
  },
  playwright() {
    const status = run(
      'npx', ['playwright', 'test', '--config', 'test/e2e/playwright.config.ts', '--reporter=list,json'],
      { PLAYWRIGHT_JSON_OUTPUT_FILE: report('playwright') },
    );
    const stats = read('playwright')?.stats;
    return summed(status, stats?.expected, stats && stats.unexpected + stats.flaky, stats?.skipped);
  },
};

/** A stage that fails without a failing test (it crashed, found no tests) counts as one failure. */
function summed(status, passed = 0, failed = 0, skipped = 0) {
  const silent = (status !== 0 && failed === 0) || passed + failed === 0;
  return { passed, failed: silent ? failed + 1 : failed, skipped };
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in stages));
if (unknown.length > 0) {
  console.error(`no stage ${unknown.join(', ')}: there are ${Object.keys(stages).join(', ')}`);
  process.exit(2);
}

install();
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of wanted.length > 0 ? wanted : Object.keys(stages)) {
  const start = performance.now();
  const counts = stages[name]();
  for (const key of Object.keys(total)) total[key] += counts[key];
  console.log(`\n${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${Math.round((performance.now() - start) / 1000)} s`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
