// Times one photo through the same network on our WebGPU kernels and on TensorFlow.js' backends, in
// one browser, one after another: SIZE=256 FRAMES=20 npm run bench
// The ratios compare; the times are this machine's. HEADED=1 opens a window, which some systems need
// to give the browser their GPU.
import { test } from '@playwright/test';

const SIZE = Number(process.env.SIZE ?? 256);
const FRAMES = Number(process.env.FRAMES ?? 5);
const PHOTO = '/demo/samples/skiers.jpg';
const RUNTIMES = [
  { runtime: 'webgpu' },
  { runtime: 'webgl' },
  { runtime: 'tfjs-webgpu' },
] as const;

test('runtimes', async ({ browser }) => {
  const rows = [['runtime', 'ready', 'first', 'network', 'decode', 'frame', 'ratio', 'people', 'adapter']];
  let ours: number | undefined;
  for (const options of RUNTIMES) {
    const page = await browser.newPage();
    await page.goto('/test/bench/page.html');
    await page.waitForFunction(() => 'measure' in window);
    const measured = await page.evaluate(
      ([photo, frames, chosen]) => window.measure(photo, frames, chosen), [PHOTO, FRAMES, { ...options, inputSize: SIZE }] as const,
    );
    await page.close();
    ours ??= measured.total;
    const { start, first, network, decode, total, people, adapter } = measured;
    rows.push([
      options.runtime, ...[start, first, network, decode, total].map((ms) => ms.toFixed(1)), (total / ours).toFixed(2), String(people), adapter,
    ]);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  console.log(`\n${PHOTO}, shorter side ${SIZE}: median of ${FRAMES} frames after the first, in ms`);
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
});
