import type { Network, WeightedLayer } from '../network/network.ts';
import type { TensorShape, Weights, WeightTensor } from '../network/weights.ts';
import { ManyposeError } from '../errors.ts';
import { allFinite } from '../model/finite.ts';
import { printable } from '../printable.ts';
import { groupsOf } from '../network/network.ts';
import { weightShapeOf } from '../network/ops.ts';
import { checkpointShapes, groupName, isIdleCheckpointName, weightedLayers } from '../network/weights.ts';

/** The epsilon of every BatchNorm in the networks (PyTorch's default). */
const EPSILON = 1e-5;
/** Tensors of a checkpoint by name, `module.` and the like already stripped. */
export type CheckpointTensors = ReadonlyMap<string, WeightTensor>;

/**
 * Compares a checkpoint with what a network needs, name by name and shape by shape.
 * Throws 'checkpoint-mismatch' that sums up everything missing, unexpected and misshapen in a line each, with the
 * whole list in its `details`; then 'invalid-checkpoint' that names the tensors holding a NaN or an infinity.
 */
export function checkCheckpoint(shapes: readonly TensorShape[], tensors: CheckpointTensors): void {
  const expected = new Map(shapes.map(({ name, shape }) => [name, shape]));
  const missing: string[] = [];
  const misshapen: string[] = [];
  for (const [name, shape] of expected) {
    const tensor = tensors.get(name);
    if (!tensor) missing.push(name);
    else if (!sameShape(tensor.shape, shape)) {
      misshapen.push(`${name} is [${tensor.shape}], not [${shape}]`);
    }
  }
  const unexpected = [...tensors.keys()].filter((name) => !expected.has(name) && !isIdleCheckpointName(name));

  const faults = [summedUp('missing', missing), summedUp('unexpected', unexpected), summedUp('misshapen', misshapen)].filter(
    Boolean,
  );
  if (faults.length > 0) {
    const details = [
      ...missing.map((name) => `missing: ${name}`),
      ...unexpected.map((name) => `unexpected: ${printable(name)}`),
      ...misshapen.map((fault) => `misshapen: ${printable(fault)}`),
    ];
    throw new ManyposeError('checkpoint-mismatch', `the checkpoint is not the network's:\n${faults.join('\n')}`, { details });
  }

  const broken = [...expected.keys()].filter((name) => !allFinite(tensors.get(name)!.data));
  if (broken.length) {
    throw new ManyposeError('invalid-checkpoint', listed('tensors with NaN or infinite values', broken));
  }
}

/**
 * The weights that a runtime needs, from a checkpoint's tensors: BatchNorm, which in inference is
 * one multiplication and one addition per channel, is folded into the convolution before it,
 * weight · γ / √(variance + 1e-5) and bias β - mean · γ / √(variance + 1e-5), computed in float64.
 * Throws as checkCheckpoint does, and 'invalid-checkpoint' for a variance that has no square root.
 */
export function foldBatchNorm(network: Network, tensors: CheckpointTensors): Weights {
  checkCheckpoint(checkpointShapes(network), tensors);
  const folded = new Map<string, WeightTensor>();
  for (const layer of weightedLayers(network)) {
    const shape = weightShapeOf(layer);
    const channels = layer.output.channels;
    const weight = new Float32Array(shape.reduce((product, size) => product * size, 1));
    const bias = new Float32Array(channels);
    const groups = groupsOf(layer.input);
    for (let group = 0; group < groups; group++) {
      const part = (all: Float32Array): Float32Array =>
        all.subarray((group * all.length) / groups, ((group + 1) * all.length) / groups);
      foldInto(layer, group, tensors, part(weight), part(bias));
    }
    folded.set(`${layer.name}.weight`, { shape, data: weight });
    folded.set(`${layer.name}.bias`, { shape: [channels], data: bias });
  }
  return folded;
}

/** One group's weights [out, ..] and biases [out]. */
function foldInto(
  layer: WeightedLayer,
  group: number,
  tensors: CheckpointTensors,
  weight: Float32Array,
  bias: Float32Array,
): void {
  const name = groupName(layer.name, group);
  const tensor = tensors.get(`${name}.weight`)!;
  weight.set(layer.op === 'transposedConv' ? outputsFirst(tensor) : tensor.data);
  if (layer.norm === undefined) {
    bias.set(tensors.get(`${name}.bias`)!.data);
    return;
  }
  const norm = groupName(layer.norm, group);
  const part = (which: string) => tensors.get(`${norm}.${which}`)!.data;
  const [scale, shift, mean, variance] = [part('weight'), part('bias'), part('running_mean'), part('running_var')];
  const perChannel = weight.length / bias.length;
  for (let channel = 0; channel < bias.length; channel++) {
    const factor = scale[channel] / Math.sqrt(variance[channel] + EPSILON);
    bias[channel] = shift[channel] - mean[channel] * factor;
    const end = (channel + 1) * perChannel;
    for (let i = channel * perChannel; i < end; i++) weight[i] *= factor;
  }
  if (!(allFinite(weight) && allFinite(bias))) {
    throw new ManyposeError(
      'invalid-checkpoint',
      `folding ${norm} into ${name} gives values that` +
        ` are not finite: look at ${norm}.running_var (a variance must not be negative)`,
    );
  }
}

/** [in, out, rows, columns] as [out, in, rows, columns]. */
function outputsFirst({ shape: [ins, outs, rows, columns], data }: WeightTensor): Float32Array {
  const taps = rows * columns;
  const turned = new Float32Array(data.length);
  for (let i = 0; i < ins; i++) {
    for (let o = 0; o < outs; o++) {
      turned.set(data.subarray((i * outs + o) * taps, (i * outs + o + 1) * taps), (o * ins + i) * taps);
    }
  }
  return turned;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** Names that a file brings along may be many, long and of any characters. */
const MAX_LISTED = 20;

function listed(what: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  const shown = items
    .slice(0, MAX_LISTED)
    .map((item) => printable(item))
    .join(', ');
  return `${items.length} ${what}: ${shown}${items.length > MAX_LISTED ? `, ... and ${items.length - MAX_LISTED} more` : ''}`;
}

/** Modules that a summary names. */
const MAX_MODULES = 6;

/** How many there are, of which top-level modules, and the first of them. */
function summedUp(what: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  const counts = new Map<string, number>();
  for (const item of items) {
    const module = item.slice(0, item.search(/[. ]|$/));
    counts.set(module, (counts.get(module) ?? 0) + 1);
  }
  const modules = [...counts]
    .slice(0, MAX_MODULES)
    .map(([module, count]) => `${count} of ${printable(module)}`)
    .join(', ');
  const more = counts.size > MAX_MODULES ? ` and ${counts.size - MAX_MODULES} more modules` : '';
  return `  ${items.length} ${what}: ${modules}${more} (first ${printable(items[0])})`;
}
