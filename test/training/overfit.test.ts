/**
 * The training side as a whole: a network learns a handful of pictures from random weights, and then finds
 * everybody in them by the project's own decoding and evaluation.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { NODE_RUNTIMES } from '../../src/cli/node-runtimes.ts';
import { foldBatchNorm } from '../../src/convert/fold.ts';
import { modelFiles } from '../../src/convert/write.ts';
import { createCpuRunner } from '../../src/cpu/runner.ts';
import { candidatesFromMaps } from '../../src/decode/candidates-from-maps.ts';
import { decodePoses } from '../../src/decode/decode.ts';
import { openDetector } from '../../src/detector.ts';
import { evaluate } from '../../src/evaluation/evaluate.ts';
import { fitInput } from '../../src/geometry.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { COCO } from '../../src/pose.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { initialCheckpoint } from '../../src/training/initial-weights.ts';
import type { Checkpoint } from '../../src/training/initial-weights.ts';
import { seededRandom } from '../../src/training/seeded-random.ts';
import { TINY_W4 } from '../support/models.ts';
import { detectionsOf, overfit } from '../support/overfit.ts';
import { smallNetwork } from '../support/small-network.ts';
import { annotationsOf, stickPictures } from '../support/stick-people.ts';

const SIZE = 64;

beforeAll(async () => {
  setWasmPaths(fileURLToPath(new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/', import.meta.url)));
  expect(await tf.setBackend('wasm')).toBe(true);
});

/** Seconds. */
it.runIf(process.env.TRAINING)(
  'a small network learns a picture',
  async () => {
    const network = smallNetwork();
    const pictures = stickPictures(1, 1);
    const annotations = annotationsOf(pictures);
    const precisionOf = async (checkpoint: Checkpoint): Promise<number> => {
      const runtime = createMapsRuntime(createCpuRunner(network, foldBatchNorm(network, checkpoint)), network);
      const detections = await detectionsOf(pictures, annotations, async (pixels) => {
        const geometry = fitInput(pixels.width, pixels.height, SIZE);
        const maps = await runtime.inspect({ ...pixels, source: pixels }, geometry);
        return decodePoses(candidatesFromMaps(maps, geometry.width, geometry.height), geometry, COCO);
      });
      return evaluate(annotations, detections).AP!;
    };
    expect(await precisionOf(initialCheckpoint(network, seededRandom(1)))).toBeLessThan(0.1);
    expect(await precisionOf(await overfit(network, pictures, { steps: 80, rate: 1e-2, size: SIZE }))).toBeGreaterThan(0.9);
  },
  600_000,
);

/**
 * Minutes: the whole way from random weights to a model's files and a detector. The tiny model's own heads of 8 and 16
 * channels cannot tell 18 and 34 maps apart: AP ends at 0.73, however long it learns.
 */
it.runIf(process.env.TRAINING).each(['released', 'paper'] as const)(
  'the tiny model learns four pictures by the %s rules',
  async (rules) => {
    const model = { ...TINY_W4, id: 'tiny_stick', inputSize: SIZE, headWidths: { heatmap: 24, regression: 40 } };
    const network = buildNetwork(model);
    const pictures = stickPictures(4, 2);
    const annotations = annotationsOf(pictures);
    const checkpoint = await overfit(network, pictures, {
      steps: 120,
      rate: 1e-2,
      size: SIZE,
      rules,
      onStep: (step, loss) => step % 10 === 9 && console.log(`step ${step + 1}: ${loss.toExponential(3)}`),
    });
    const folder = await mkdtemp(join(tmpdir(), 'manypose-overfit-'));
    try {
      for (const { name, bytes } of await modelFiles({ model, weights: foldBatchNorm(network, checkpoint) }, 'f16'))
        await writeFile(join(folder, name), bytes);
      const detector = await openDetector(NODE_RUNTIMES, { modelUrl: pathToFileURL(`${folder}/`), runtime: 'wasm' });
      const detections = await detectionsOf(pictures, annotations, (pixels) =>
        detector.estimatePoses(pixels, { scoreThreshold: 0 }),
      );
      detector.dispose();
      const { AP } = evaluate(annotations, detections);
      console.log(`AP ${AP}`);
      expect(AP).toBeGreaterThan(0.9);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  3_600_000,
);
