import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitInput } from '../../src/geometry.ts';
import type { Frame } from '../../src/frame.ts';
import { buildNetwork } from '../../src/network/build.ts';
import type { Runtime } from '../../src/runtime.ts';
import { createTfjsRuntime } from '../../src/tfjs/runtime.ts';
import { formulaInput, formulaWeights } from '../support/formula-weights.ts';
import { COCO_W32, TINY_W4 } from '../support/models.ts';
import { floatsOf, readNpz } from '../support/npz.ts';
import { relativeError } from '../support/relative-error.ts';

const TOLERANCE = 1e-4; // of each output's maximum: the fixtures' own, in float32
const SIZES = [[192, 128], [128, 192], [160, 96]] as const;

/** Largest error of a network's two outputs, each relative to the output's maximum. */
async function goldenErrors(runtime: Runtime, id: string, width: number, height: number): Promise<number[]> {
  const golden = readNpz(new URL(`../fixtures/networks/${id}.npz`, import.meta.url));
  const maps = await runtime.runMaps(formulaInput(width, height), width, height);
  return [[...maps.heatmaps, ...maps.centerMap], maps.offsetMap].map((ours, i) =>
    relativeError(ours, floatsOf(golden, `${height}x${width}_${i}`).data));
}

function photo(width: number, height: number): Frame {
  const data = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => (i * 37 + (i >> 5) * 11) & 255);
  return { width, height, source: { data, width, height } };
}

describe('the TensorFlow.js runtime on the CPU', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createTfjsRuntime(buildNetwork(TINY_W4), formulaWeights(TINY_W4), { backend: 'cpu' });
  });
  afterAll(() => runtime.dispose());

  it('says what it is', () => {
    expect([runtime.kind, runtime.adapter]).toEqual(['tfjs', 'cpu']);
  });

  it.each(SIZES)("gives the official implementation's maps at %i×%i", async (width, height) => {
    const errors = await goldenErrors(runtime, 'tiny_w4', width, height);
    console.log(`tiny_w4 ${width}×${height}: relative errors ${errors.map((error) => error.toExponential(1))}`);
    expect(Math.max(...errors)).toBeLessThan(TOLERANCE);
  }, 60_000);

  it('keeps nothing of a frame, with or without the flip test', async () => {
    const frame = photo(70, 50);
    const geometry = fitInput(70, 50, 64);
    const before = tf.memory().numTensors;
    for (const flip of [false, true, true]) await runtime.estimate(frame, geometry, { flip });
    await runtime.runMaps(formulaInput(64, 32), 64, 32);
    expect(tf.memory().numTensors).toBe(before);
  }, 60_000);

  it('takes the pixels before it returns and serves calls in order', async () => {
    const geometry = fitInput(70, 50, 64);
    const frame = photo(70, 50);
    const alone = await runtime.estimate(frame, geometry, { flip: false });
    const first = runtime.estimate(frame, geometry, { flip: false });
    (frame.source as { data: Uint8ClampedArray }).data.fill(0);
    const second = runtime.estimate(frame, geometry, { flip: false });
    const order: number[] = [];
    const [a, b] = await Promise.all([
      first.finally(() => order.push(1)), second.finally(() => order.push(2)),
    ]);
    expect(order).toEqual([1, 2]);
    expect([...a.peaks.score]).toEqual([...alone.peaks.score]);
    expect([...b.peaks.score]).not.toEqual([...alone.peaks.score]);
  }, 60_000);

  it.each([[100, 96], [0, 32], [32, -32]])('refuses an input of %i×%i', async (width, height) => {
    await expect(runtime.runMaps(new Float32Array(3), width, height))
      .rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('refuses an input of the wrong length', async () => {
    await expect(runtime.runMaps(new Float32Array(7), 32, 32)).rejects.toMatchObject({
      code: 'invalid-argument', message: 'expected 3072 values for a 32×32 input, got 7',
    });
  });

  it('refuses weights that are not the network’s', async () => {
    await expect(createTfjsRuntime(buildNetwork(COCO_W32), formulaWeights(TINY_W4), { backend: 'cpu' }))
      .rejects.toMatchObject({ code: 'invalid-model' });
  });

  it('cannot be used after dispose, and frees its weights', async () => {
    const before = tf.memory().numTensors;
    const other = await createTfjsRuntime(buildNetwork(TINY_W4), formulaWeights(TINY_W4), { backend: 'cpu' });
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    other.dispose();
    await expect(other.runMaps(new Float32Array(3072), 32, 32)).rejects.toMatchObject({ code: 'disposed' });
    expect(tf.memory().numTensors).toBe(before);
  });
});
