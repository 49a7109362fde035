// Times one photo through the same network on all runtimes, and on TensorFlow.js' WebAssembly
// backend, in one page of one browser. They take turns frame by frame, so that whatever else the
// machine does meets all of them:
//
//   RUNTIMES=wasm,tfjs-wasm,webgpu SIZES=128,256 FRAMES=5 npm run bench
//
// The ratios compare; the times are this machine's. HEADED=1 opens a window, which some systems need
// to give the browser their GPU. Without a GPU, leave out the runtimes that need one, or wait minutes.
import { test } from '@playwright/test';
import type { Contender } from './page.ts';

const RUNTIMES = (process.env.RUNTIMES ?? 'webgpu,webgl,tfjs-webgpu,wasm,wasm-threads,tfjs-wasm').split(',') as Contender[];
const SIZES = (process.env.SIZES ?? '256').split(',').map(Number);
const FRAMES = Number(process.env.FRAMES ?? 5);
const PHOTO = '/demo/samples/skiers.jpg';

test('runtimes', async ({ page }) => {
  await page.goto('/test/bench/page.html');
  await page.waitForFunction(() => 'bench' in window);
  const opened = new Map<Contender, { adapter: string; ready: number }>();
  for (const name of RUNTIMES)
    opened.set(name, await page.evaluate(([each, photo]) => window.bench.open(each, photo), [name, PHOTO] as const));

  for (const size of SIZES) {
    const times = new Map(RUNTIMES.map((name): [Contender, number[]] => [name, []]));
    const candidates = new Map<Contender, number>();
    for (let round = 0; round <= FRAMES; round++) {
      for (const name of RUNTIMES) {
        const frame = await page.evaluate(([each, side]) => window.bench.frame(each, side), [name, size] as const);
        times.get(name)!.push(frame.ms);
        candidates.set(name, frame.candidates);
      }
    }
    const rows = RUNTIMES.map((name) => {
      const [first, ...later] = times.get(name)!;
      const sorted = later.sort((a, b) => a - b);
      return {
        name,
        first,
        least: sorted[0],
        median: sorted[FRAMES >> 1],
        candidates: candidates.get(name)!,
        ...opened.get(name)!,
      };
    });
    const [reference] = rows;
    console.log(`\n${PHOTO}, shorter side ${size}, ${FRAMES} rounds after the first; ms from the picture to candidates`);
    print([
      ['runtime', 'ready', 'first', 'least', 'median', `times ${reference.name}`, 'candidates', 'adapter'],
      ...rows.map(({ name, ready, first, least, median, candidates: found, adapter }) => [
        name,
        ...[ready, first, least, median].map((ms) => ms.toFixed(0)),
        (median / reference.median).toFixed(2),
        String(found),
        adapter,
      ]),
    ]);
  }
});

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
}
