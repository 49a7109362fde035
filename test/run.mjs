#!/usr/bin/env node
// Runs every check: style (oxlint and oxfmt), types, unit, kernel and golden tests (Vitest), browser, visual and package tests
// (Playwright). Installs what they need where that is missing. `npm test`, or `npm test -- types vitest`
// for some of the stages. Ends with the number of tests.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, meet, run } from '../demo/needs.mjs';

const reports = mkdtempSync(join(tmpdir(), 'manypose-test-'));
process.on('exit', () => rmSync(reports, { recursive: true, force: true }));
const report = (name) => join(reports, `${name}.json`);
const read = (name) => (existsSync(report(name)) ? JSON.parse(readFileSync(report(name), 'utf8')) : undefined);

/** What each stage needs beside Node and the packages. Chromium brings a Vulkan driver for Node's WebGPU, too. */
const needs = {
  style: [],
  types: [],
  vitest: ['chromium', 'vulkan'],
  playwright: ['chromium', 'font'],
  package: ['chromium', 'vulkan'],
};

/** Each stage runs its tests and tells how many passed, failed and were skipped. */
const stages = {
  style() {
    const failed = ['lint', 'format:check'].filter((script) => run('npm', ['run', '--silent', script]) !== 0).length;
    return { passed: 2 - failed, failed, skipped: 0 };
  },
  types() {
    const failed = run('npx', ['tsc']) === 0 ? 0 : 1;
    return { passed: 1 - failed, failed, skipped: 0 };
  },
  vitest() {
    const status = run('npx', [
      'vitest',
      'run',
      '--config',
      'test/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report('vitest')}`,
    ]);
    const found = read('vitest');
    return summed(status, found?.numPassedTests, found?.numFailedTests, found?.numPendingTests);
  },
  playwright: () => playwright('playwright', '--config', 'test/e2e/playwright.config.ts'),
  // Those that need no registry; `npm run test:package` runs all.
  package: () => playwright('package', '--config', 'test/package/playwright.config.ts', '--grep', '@quick'),
};

function playwright(name, ...args) {
  const status = run('npx', ['playwright', 'test', ...args, '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: report(name),
    CHROMIUM: chromium(),
  });
  const stats = read(name)?.stats;
  return summed(status, stats?.expected, stats && stats.unexpected + stats.flaky, stats?.skipped);
}

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

const chosen = wanted.length > 0 ? wanted : Object.keys(stages);
meet('node', 'packages', ...new Set(chosen.flatMap((name) => needs[name])));
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of chosen) {
  const start = performance.now();
  const counts = stages[name]();
  for (const key of Object.keys(total)) total[key] += counts[key];
  console.log(
    `\n${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${Math.round((performance.now() - start) / 1000)} s`,
  );
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
