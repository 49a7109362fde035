import { ManyposeError } from '../errors.ts';
import type { Network, WeightedLayer } from './network.ts';
import { groupsOf } from './network.ts';
import { isWeighted, weightShapeOf } from './ops.ts';

/** A named array of numbers in C order. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * A network's weights with BatchNorm folded in, by `<layer name>.weight` [out, in of a group, k, k] and
 * `<layer name>.bias` [out]; groups one after another.
 */
export type Weights = ReadonlyMap<string, WeightTensor>;

export interface TensorShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The weighted layers, each set of shared weights once, in execution order. */
export function weightedLayers(network: Pick<Network, 'layers'>): WeightedLayer[] {
  const byName = new Map<string, WeightedLayer>();
  for (const layer of network.layers) if (isWeighted(layer)) byName.set(layer.name, layer);
  return [...byName.values()];
}

/** The tensors that a runtime needs: BatchNorm folded into weight and bias. */
export function foldedShapes(network: Pick<Network, 'layers'>): TensorShape[] {
  return weightedLayers(network).flatMap((layer) => [
    { name: `${layer.name}.weight`, shape: weightShapeOf(layer) },
    { name: `${layer.name}.bias`, shape: [layer.output.channels] },
  ]);
}

/** @throws ManyposeError `invalid-model` if a tensor is missing or has another shape than the network's. */
export function checkWeights(network: Pick<Network, 'layers'>, weights: Weights): void {
  for (const { name, shape } of foldedShapes(network)) {
    const found = weights.get(name);
    if (found?.shape.join() === shape.join()) continue;
    throw new ManyposeError('invalid-model', `${name}: expected shape [${shape}], got ${found ? `[${found.shape}]` : 'nothing'}`);
  }
}

const NORM_PARTS = ['weight', 'bias', 'running_mean', 'running_var'] as const;

/**
 * The tensors of a PyTorch checkpoint that carry something, under their names there. Groups of channels with modules of
 * their own come one by one; a transposed convolution's weights are [in, out, 4, 4] in PyTorch.
 */
export function checkpointShapes(network: Pick<Network, 'layers'>): TensorShape[] {
  return weightedLayers(network).flatMap((layer) => {
    const groups = groupsOf(layer.input);
    const channels = [layer.output.channels / groups];
    const [, inChannels, ...window] = weightShapeOf(layer);
    const shape = layer.op === 'transposedConv' ? [inChannels, ...channels, ...window] : [...channels, inChannels, ...window];
    return Array.from({ length: groups }, (_, group) => {
      const weight = { name: `${groupName(layer.name, group)}.weight`, shape };
      return layer.norm === undefined
        ? [weight, { name: `${groupName(layer.name, group)}.bias`, shape: channels }]
        : [weight, ...NORM_PARTS.map((part) => ({ name: `${groupName(layer.norm!, group)}.${part}`, shape: channels }))];
    }).flat();
  });
}

/** The module of one group of channels. */
export function groupName(name: string, group: number): string {
  return name.replace('*', String(group));
}

/** Names in a checkpoint that carry nothing: a counter of training steps, the fixed tap grid, a profiler's counters. */
export function isIdleCheckpointName(name: string): boolean {
  return /(?:^|\.)(?:num_batches_tracked|regular_matrix|total_ops|total_params)$/.test(name);
}
