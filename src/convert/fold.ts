import type { Network } from '../network/network.ts';
import type { TensorShape, Weights, WeightTensor } from '../network/weights.ts';
import { ManyposeError } from '../errors.ts';
import { printable } from '../printable.ts';
import { checkpointShapes, isIdleCheckpointName, weightedLayers } from '../network/weights.ts';

/** The epsilon of every BatchNorm in the networks (PyTorch's default). */
const EPSILON = 1e-5;
/** Tensors of a checkpoint by name, `module.` and the like already stripped. */
export type CheckpointTensors = ReadonlyMap<string, WeightTensor>;

/**
 * Compares a checkpoint with what a network needs, name by name and shape by shape.
 * Throws 'checkpoint-mismatch' that counts and lists everything missing, unexpected and misshapen,
 * then 'invalid-checkpoint' that names the tensors holding a NaN or an infinity.
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

  const faults = [listed('missing', missing), listed('unexpected', unexpected), listed('misshapen', misshapen)];
  const message = faults.filter(Boolean).join('; ');
  if (message) {
    throw new ManyposeError('checkpoint-mismatch', `the checkpoint is not the network's: ${message}`);
  }

  const broken = [...expected.keys()].filter((name) => !tensors.get(name)!.data.every(Number.isFinite));
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
    const weight = tensors.get(`${layer.name}.weight`)!;
    if (layer.norm === undefined) {
      folded.set(`${layer.name}.weight`, weight);
      folded.set(`${layer.name}.bias`, tensors.get(`${layer.name}.bias`)!);
      continue;
    }
    const part = (name: string) => tensors.get(`${layer.norm}.${name}`)!.data;
    const [scale, shift, mean, variance] = [part('weight'), part('bias'), part('running_mean'), part('running_var')];
    const channels = layer.output.channels;
    const perChannel = weight.data.length / channels;
    const data = new Float32Array(weight.data.length);
    const bias = new Float32Array(channels);
    for (let channel = 0; channel < channels; channel++) {
      const factor = scale[channel] / Math.sqrt(variance[channel] + EPSILON);
      bias[channel] = shift[channel] - mean[channel] * factor;
      const end = (channel + 1) * perChannel;
      for (let i = channel * perChannel; i < end; i++) data[i] = weight.data[i] * factor;
    }
    if (!(data.every(Number.isFinite) && bias.every(Number.isFinite))) {
      const name = `${layer.norm}.running_var`;
      throw new ManyposeError(
        'invalid-checkpoint',
        `folding ${layer.norm} into ${layer.name} gives values that` +
          ` are not finite: look at ${name} (a variance must not be negative)`,
      );
    }
    folded.set(`${layer.name}.weight`, { shape: weight.shape, data });
    folded.set(`${layer.name}.bias`, { shape: [channels], data: bias });
  }
  return folded;
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
