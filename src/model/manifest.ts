import type { TensorShape } from '../network/weights.ts';
import type { ModelDescriptor } from '../network/descriptor.ts';
import { loadNetwork } from '../network/load.ts';
import { foldedShapes } from '../network/weights.ts';
import { descriptorFaults } from './check-descriptor.ts';
import type { Fault } from './faults.ts';
import { invalidModel } from './faults.ts';
import { isCount, isRecord } from './values.ts';
import { scorerShapes } from './scorer-shapes.ts';

export const MANIFEST_FORMAT = 'manypose-weights';
export const MANIFEST_VERSION = 1;
/** Name of the manifest in a model's folder. */
export const MANIFEST_FILE = 'manifest.json';

export type WeightDtype = 'f16' | 'f32';
export const BYTES_PER_NUMBER: Record<WeightDtype, number> = { f16: 2, f32: 4 };

/** Where one tensor lies: `offset` bytes into the shards' concatenation, little-endian, C order. */
export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: WeightDtype;
  readonly offset: number;
}

/** One file of weights, beside the manifest. */
export interface ShardEntry {
  /** A name in the manifest's folder; in a manifest that is a `blob:` itself, the `blob:` of each. */
  readonly file: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** What a model's folder says about itself: `manifest.json`. */
export interface WeightManifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly version: typeof MANIFEST_VERSION;
  readonly model: ModelDescriptor;
  /** The network's weights, BatchNorm folded in (see Weights). */
  readonly tensors: readonly TensorEntry[];
  /** The rescoring net's, if the model has one. */
  readonly scorer?: readonly TensorEntry[];
  readonly shards: readonly ShardEntry[];
  /** Where the weights come from, for people. */
  readonly source?: string;
  /** SPDX identifier or terms of the weights, for people. */
  readonly licence?: string;
}

const MAX_SHARDS = 1024;
/** Of all shards: four times the largest network known, in single precision. Nothing is allocated for more. */
const MAX_BYTES = 2 ** 30;
/** Numbers of a network, which are held as float32. */
const MAX_NUMBERS = 2 ** 28;
/** Between two tensors, so that the next one is aligned. */
const MAX_PADDING = 3;

/**
 * Checks everything that a manifest says: that its model is one, that its tensors are exactly that
 * network's and fill the shards, without overlap or hole. Rejects with 'invalid-model' that lists what is wrong.
 */
export async function parseManifest(value: unknown): Promise<WeightManifest> {
  if (!isRecord(value) || value.format !== MANIFEST_FORMAT)
    throw await invalidModel('not a weight manifest', [['format', MANIFEST_FORMAT]]);
  if (value.version !== MANIFEST_VERSION)
    throw await invalidModel('weight manifest', [['version', MANIFEST_VERSION, value.version]]);
  const faults = descriptorFaults(value.model);
  const shardBytes = checkShards(value.shards, faults);
  if (!faults.length) {
    const model = value.model as ModelDescriptor;
    const shapes = foldedShapes(await loadNetwork(model));
    const numbers = shapes.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
    if (numbers > MAX_NUMBERS) faults.push(['networkSize', numbers, MAX_NUMBERS]);
    const places = checkTensors('tensors', value.tensors, shapes, shardBytes, faults);
    if (value.scorer !== undefined) {
      places.push(...checkTensors('scorer', value.scorer, scorerShapes(model.keypointSet), shardBytes, faults));
    }
    if (!faults.length) checkTiling(places, shardBytes, faults);
  }
  for (const note of ['source', 'licence']) {
    if (value[note] !== undefined && typeof value[note] !== 'string') faults.push(['text', note]);
  }
  if (faults.length) throw await invalidModel('invalid weight manifest', faults);
  return value as unknown as WeightManifest;
}

/** A plain name: a manifest must not point outside of its folder. Or an object of the page itself, such as a file that was picked. */
const FILE = /^(\w[\w.-]{0,99}|blob:[!-~]{1,500})$/;

/** Bytes of all shards together. */
function checkShards(value: unknown, faults: Fault[]): number {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SHARDS) {
    faults.push(['shards', MAX_SHARDS]);
    return 0;
  }
  const files = new Set<string>();
  let total = 0;
  value.forEach((shard: unknown, i) => {
    const { file, bytes, sha256 } = isRecord(shard) ? shard : {};
    if (typeof file !== 'string' || !FILE.test(file)) faults.push(['shardFile', i, file]);
    else if (files.has(file)) faults.push(['shardTwice', i, file]);
    else files.add(file);
    if (!isCount(bytes, MAX_BYTES)) faults.push(['shardBytes', i, MAX_BYTES, bytes]);
    else total += bytes;
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
      faults.push(['shardHash', i]);
    }
  });
  if (total > MAX_BYTES) faults.push(['allBytes', MAX_BYTES, total]);
  return total;
}

/** Where a tensor lies in the shards, one after another. */
interface Place {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Checks one list of tensors; returns the places of those that have one. */
function checkTensors(
  list: string,
  value: unknown,
  expected: readonly TensorShape[],
  shardBytes: number,
  faults: Fault[],
): Place[] {
  const places: Place[] = [];
  if (!Array.isArray(value) || value.length > 2 * expected.length) {
    faults.push(['tensors', list, Array.isArray(value) ? expected.length : undefined]);
    return places;
  }
  const shapes = new Map(expected.map(({ name, shape }) => [name, shape]));
  const seen = new Set<string>();
  value.forEach((entry: unknown, i) => {
    const { name, shape, dtype, offset } = isRecord(entry) ? entry : {};
    const wanted = typeof name === 'string' ? shapes.get(name) : undefined;
    if (typeof name !== 'string' || !wanted) {
      faults.push(['tensor', list, i, name]);
      return;
    }
    if (seen.has(name)) faults.push(['tensorTwice', list, name]);
    seen.add(name);
    if (!Array.isArray(shape) || shape.length !== wanted.length || !wanted.every((size, axis) => size === shape[axis])) {
      faults.push(['shape', name, wanted, shape]);
    }
    if (dtype !== 'f16' && dtype !== 'f32') {
      faults.push(['dtype', name, dtype]);
      return;
    }
    const size = BYTES_PER_NUMBER[dtype];
    const bytes = wanted.reduce((product, n) => product * n, size);
    if (!Number.isSafeInteger(offset) || (offset as number) < 0 || (offset as number) % size !== 0) {
      faults.push(['offset', name, size, offset]);
    } else if ((offset as number) + bytes > shardBytes) {
      faults.push(['beyond', name, shardBytes]);
    } else {
      places.push({ name, start: offset as number, end: (offset as number) + bytes });
    }
  });
  for (const name of shapes.keys()) if (!seen.has(name)) faults.push(['missing', list, name]);
  return places;
}

/** Tensors share no byte, and leave none to anything else. */
function checkTiling(places: readonly Place[], shardBytes: number, faults: Fault[]): void {
  let at = 0;
  for (const { name, start, end } of [...places, { name: 'the end', start: shardBytes, end: shardBytes }].sort(
    (a, b) => a.start - b.start,
  )) {
    if (start < at || start > at + MAX_PADDING) faults.push(['place', name, start, at]);
    at = end;
  }
}
