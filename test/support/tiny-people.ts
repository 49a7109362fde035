/**
 * A tiny network that finds people, for tests that are not about the network: tiny_w4 with the
 * formula's weights but for its heads, which mark what is brighter than its surroundings. Nothing is
 * trained, and its people are none; but they are several on every photo of the demo, score well above
 * the default threshold, and are the same on every runtime.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFile } from '../../src/convert/write.ts';
import { modelFiles } from '../../src/convert/write.ts';
import type { ModelDescriptor } from '../../src/network/descriptor.ts';
import type { Weights, WeightTensor } from '../../src/network/weights.ts';
import { scorerShapes } from '../../src/model/scorer-shapes.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { checkpointShapes, weightedLayers } from '../../src/network/weights.ts';
import { formulaWeights, uniformDraws } from './formula-weights.ts';
import { TINY_W4 } from './models.ts';
import { torchFile } from './torch-file.ts';

export const TINY_PEOPLE: ModelDescriptor = { ...TINY_W4, id: 'tiny_people', inputSize: 128 };

/** Small, so that the model comes in several shards, as large ones do. */
const SHARD_BYTES = 2 ** 19;

/** Where a person's keypoints lie around the center, in map cells: (x, y) of COCO's, standing upright. */
const STANDING: readonly (readonly [x: number, y: number])[] = [
  [0, -4],
  [0.4, -4.3],
  [-0.4, -4.3],
  [0.8, -4.1],
  [-0.8, -4.1],
  [1.5, -2.7],
  [-1.5, -2.7],
  [2.1, -1.2],
  [-2.1, -1.2],
  [2.3, 0.2],
  [-2.3, 0.2],
  [1, 0.4],
  [-1, 0.4],
  [1.1, 2.4],
  [-1.1, 2.4],
  [1.2, 4.3],
  [-1.2, 4.3],
];

/** Between the stages less than the formula has, or features grow a thousandfold through them. */
const EXCHANGE_GAIN = 0.4;
/** The heads' features reach about 100; these bring heat and center scores to about 1, offsets to a cell. */
const HEAT_GAIN = 0.015;
const CENTER_GAIN = 0.01;
const OFFSET_GAIN = 0.01;
/** Taken off, so that a level surface is no keypoint and nobody's center. */
const HEAT_FLOOR = 0.25;
const CENTER_FLOOR = 0.4;

/** The network's weights, BatchNorm folded in. */
export function tinyPeopleWeights(): Weights {
  const weights = new Map(formulaWeights(TINY_PEOPLE));
  const set = (name: string, value: (out: number, rest: number, old: number) => number): void => {
    const { shape, data } = weights.get(name)!;
    const size = data.length / shape[0];
    weights.set(name, { shape, data: data.map((old, i) => value(Math.floor(i / size), i % size, old)) } satisfies WeightTensor);
  };
  for (const name of weights.keys()) if (/fuse_layers.*weight$/.test(name)) set(name, (_out, _rest, old) => EXCHANGE_GAIN * old);

  for (const block of ['heatmap.0', 'heatmap.1', 'heatmap.2', 'regression.0']) {
    const name = `multi_level_layers_4x_${block}.0`;
    // relu(x - mean of the nine adapted taps around): what stands out.
    const tap = (out: number, rest: number, at: (tap: number) => number): number =>
      Math.floor(rest / 9) === out ? at(rest % 9) : 0;
    set(`${name}.stn_conv1.weight`, (out, rest) => tap(out, rest, (i) => (i === 4 ? 1 : 0)));
    set(`${name}.stn_conv2.weight`, (out, rest) => tap(out, rest, () => -1 / 9));
    for (const unit of [1, 2]) set(`${name}.stn_conv${unit}.bias`, () => 0);
  }
  const draw = uniformDraws('tiny_people');
  set('final_layers.0.weight', () => HEAT_GAIN * draw());
  set('final_layers.0.bias', () => -HEAT_FLOOR);
  const offsets = 2 * STANDING.length;
  set('final_layers.1.weight', (out) => (out < offsets ? OFFSET_GAIN * (2 * draw() - 1) : CENTER_GAIN * draw()));
  set('final_layers.1.bias', (out) => (out < offsets ? -STANDING[out >> 1][out % 2] : -CENTER_FLOOR));
  return weights;
}

/** The model as files: manifest and shards, weights in half precision. @param scorer its scoring net, if it has one */
export function tinyPeopleFiles(scorer?: Weights): Promise<ModelFile[]> {
  return modelFiles(
    { model: TINY_PEOPLE, weights: tinyPeopleWeights(), scorer, source: 'a formula', licence: 'Apache-2.0' },
    'f16',
    SHARD_BYTES,
  );
}

/** Writes the model into a folder, which is made if need be. */
export async function writeTinyPeople(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of await tinyPeopleFiles()) writeFileSync(join(folder, name), bytes);
}

/** The network as a checkpoint that PyTorch would save, with BatchNorms that change nothing. */
export function tinyPeopleCheckpoint(): Uint8Array {
  const folded = tinyPeopleWeights();
  const network = buildNetwork(TINY_PEOPLE);
  const tensors = new Map(checkpointShapes(network).map(({ name, shape }) => [name, folded.get(name) ?? filled(shape, 0)]));
  for (const { name, norm, output } of weightedLayers(network)) {
    if (norm === undefined) continue;
    for (const part of ['weight', 'running_var']) tensors.set(`${norm}.${part}`, filled([output.channels], 1));
    tensors.set(`${norm}.bias`, folded.get(`${name}.bias`)!);
  }
  return torchFile(tensors);
}

/** A scoring net that gives every pose half of its score. */
export function halvingScorer(): Weights {
  return new Map(
    scorerShapes(TINY_PEOPLE.keypointSet).map(({ name, shape }) => [name, filled(shape, name === 'l3.bias' ? 0.5 : 0)]),
  );
}

function filled(shape: readonly number[], value: number): WeightTensor {
  return { shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value) };
}
