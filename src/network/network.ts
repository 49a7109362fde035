import type { KeypointSet } from '../pose.ts';

/**
 * A network as data: tensors (edges) and layers (nodes) in execution order. Everything that runs,
 * counts, converts or checks a network reads this and nothing else.
 */

/** A feature map of the network, [channels, height / stride, width / stride] of the input. */
export interface MapTensor {
  readonly id: number;
  readonly label: string;
  readonly channels: number;
  /** Input pixels per cell: 1, 2, 4, ... 32. */
  readonly stride: number;
}

interface LayerBase {
  /** PyTorch module path of the layer's convolution, or what it computes. Unique except where weights are shared. */
  readonly name: string;
  readonly output: MapTensor;
}

/**
 * y = [ReLU](weight * x + bias [+ shortcut]). BatchNorm is part of weight and bias by the time a
 * layer runs; `norm` is its module path in a checkpoint.
 */
export interface ConvLayer extends LayerBase {
  readonly op: 'conv';
  readonly input: MapTensor;
  /** Side of the square kernel; padding is (kernel - 1) / 2. */
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
  readonly relu: boolean;
  readonly shortcut?: MapTensor;
  /** Module path of the BatchNorm that follows; undefined where the convolution has its own bias. */
  readonly norm?: string;
}

/**
 * A 3×3 convolution whose taps are moved by an affine transform T(q) at every position q: tap g
 * reads x at q + T(q)·g + (dilation - 1)·g, bilinearly, zero outside the map. `transform` has 4
 * channels: T row-major in (row y, row x) order. See reference: paper section 3, "adaptive convolution".
 */
export interface AdaptiveConvLayer extends LayerBase {
  readonly op: 'adaptiveConv';
  readonly input: MapTensor;
  readonly transform: MapTensor;
  readonly dilation: number;
  readonly relu: boolean;
  readonly shortcut?: MapTensor;
  readonly norm: string;
}

/** y = ReLU(sum of the inputs), each upsampled by repetition to the output's stride. */
export interface FuseLayer extends LayerBase {
  readonly op: 'fuse';
  readonly inputs: readonly MapTensor[];
}

/** y = the inputs' channels one after another, each upsampled bilinearly (half-pixel centres) to the output's stride. */
export interface ConcatLayer extends LayerBase {
  readonly op: 'concat';
  readonly inputs: readonly MapTensor[];
}

/** y = arithmetic mean of inputs of one shape. */
export interface MeanLayer extends LayerBase {
  readonly op: 'mean';
  readonly inputs: readonly MapTensor[];
}

export type Layer = ConvLayer | AdaptiveConvLayer | FuseLayer | ConcatLayer | MeanLayer;
/** The layers that have weights. */
export type WeightedLayer = ConvLayer | AdaptiveConvLayer;

/** Some consecutive channels of a map that a network gives. */
export interface Output {
  readonly map: MapTensor;
  /** The first of them. */
  readonly first: number;
  readonly channels: number;
}

/** What a network gives; each at its own map's stride. */
export interface NetworkOutputs {
  /** [K]. */
  readonly heatmaps: Output;
  /** [1]. */
  readonly centerMap: Output;
  /** [2K]: x0, y0, x1, y1, ... */
  readonly offsetMap: Output;
}

export interface Network {
  readonly keypointSet: KeypointSet;
  readonly input: MapTensor;
  readonly layers: readonly Layer[];
  readonly outputs: NetworkOutputs;
}

/** The maps that hold the outputs, each once. */
export function outputMaps({ outputs }: Pick<Network, 'outputs'>): MapTensor[] {
  return [...new Set([outputs.heatmaps.map, outputs.centerMap.map, outputs.offsetMap.map])];
}

/** Side of a weighted layer's kernel. */
export function kernelOf(layer: WeightedLayer): 1 | 3 {
  return layer.op === 'conv' ? layer.kernel : 3;
}
