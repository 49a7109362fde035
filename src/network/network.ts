import type { KeypointSet } from '../pose.ts';
import type { DecodingRules } from './decoding-rules.ts';

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
  /** Groups that its channels fall into, equally many in each, where layers keep them apart; 1 if left out. */
  readonly groups?: number;
}

interface LayerBase {
  /**
   * PyTorch module path of the layer's convolution, or what it computes. Unique except where weights are shared. Where each
   * group of channels has a module of its own, `*` stands for its number.
   */
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
  /** Side of the square window; padding is (side - 1) / 2. */
  readonly side: 1 | 3;
  readonly stride: 1 | 2;
  readonly relu: boolean;
  readonly shortcut?: MapTensor;
  /** Module path of the BatchNorm that follows; undefined where the convolution has its own bias. */
  readonly norm?: string;
}

/** y = weight * x + bias within each of the input's groups of channels. Padding is (side - 1) / 2; the output is one group. */
export interface GroupConvLayer extends LayerBase {
  readonly op: 'groupConv';
  readonly input: MapTensor;
  readonly side: 1 | 3;
  readonly norm?: undefined;
}

/** y = ReLU(transposed convolution of x + bias): 4×4 window, stride 2, padding 1, so twice as many rows and columns. */
export interface TransposedConvLayer extends LayerBase {
  readonly op: 'transposedConv';
  readonly input: MapTensor;
  readonly norm: string;
}

/**
 * A 3×3 convolution whose taps are moved by an affine transform T(q) at every position q: tap g
 * reads x at q + T(q)·g + (dilation - 1)·g [+ t(q)], bilinearly, zero outside the map. `transform` has 4
 * channels: T row-major in (row y, row x) order; `translation`, of the paper's successor, has 2: (y, x). See reference:
 * paper section 3, "adaptive convolution". Of an input in groups each has its own T, t and weights.
 */
export interface AdaptiveConvLayer extends LayerBase {
  readonly op: 'adaptiveConv';
  readonly input: MapTensor;
  /** [4] for each group of the input. */
  readonly transform: MapTensor;
  /** [2] for each group. */
  readonly translation?: MapTensor;
  readonly dilation: number;
  readonly relu: boolean;
  readonly shortcut?: MapTensor;
  readonly norm: string;
}

/** y = ReLU(sum of the inputs), each upsampled to the output's stride: by repetition, or bilinearly (half-pixel centres). */
export interface FuseLayer extends LayerBase {
  readonly op: 'fuse';
  readonly inputs: readonly MapTensor[];
  readonly upsampling: 'nearest' | 'bilinear';
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

/** y = greatest of inputs of one shape. */
export interface MaximumLayer extends LayerBase {
  readonly op: 'maximum';
  readonly inputs: readonly MapTensor[];
}

/** y = x, its channels in the output's groups. */
export interface SplitLayer extends LayerBase {
  readonly op: 'split';
  readonly input: MapTensor;
}

/** Layers that join maps of one shape cell by cell. */
export type CellwiseLayer = MeanLayer | MaximumLayer;
export type Layer = WeightedLayer | FuseLayer | ConcatLayer | CellwiseLayer | SplitLayer;
/** The layers that have weights. */
export type WeightedLayer = ConvLayer | GroupConvLayer | TransposedConvLayer | AdaptiveConvLayer;

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
  /** [K]: finer ones of a network that has them, to be averaged with the others. */
  readonly heatmaps2x?: Output;
}

export interface Network {
  readonly keypointSet: KeypointSet;
  readonly input: MapTensor;
  readonly layers: readonly Layer[];
  readonly outputs: NetworkOutputs;
  readonly decoding: DecodingRules;
}

/** The maps that hold the outputs, each once. */
export function outputMaps({ outputs }: Pick<Network, 'outputs'>): MapTensor[] {
  const { heatmaps, centerMap, offsetMap, heatmaps2x } = outputs;
  return [...new Set([heatmaps, centerMap, offsetMap, ...(heatmaps2x ? [heatmaps2x] : [])].map(({ map }) => map))];
}

/** Side of a weighted layer's window. */
export function sideOf(layer: WeightedLayer): 1 | 3 | 4 {
  if (layer.op === 'transposedConv') return 4;
  return layer.op === 'adaptiveConv' ? 3 : layer.side;
}

/** Groups of a map's channels. */
export function groupsOf({ groups = 1 }: MapTensor): number {
  return groups;
}
