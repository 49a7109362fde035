import type { Layer, MapTensor, WeightedLayer } from '../../network/network.ts';
import type { Parts } from '../../network/parts.ts';
import type { Capabilities } from '../capabilities.ts';
import type { GpuMap, GpuWeights, KernelCall } from '../kernel.ts';

/** What is known of a layer before there is an input size. */
export interface Step<L extends Layer> {
  readonly layer: L;
  /** How a map's channels lie in blocks. */
  parts(map: MapTensor): Parts;
}

/** A layer's numbers as they come: weight [out, in, k, k] and bias [out]. */
export interface LayerWeights {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Numbers for the GPU: how much room they take, and what puts them there, in memory that is all 0. */
export interface Packed {
  readonly bytes: number;
  write(to: ArrayBuffer, offset: number): void;
}

/** A layer's weights in the order in which a variant's shader goes through them. */
export interface PackedWeights {
  readonly matrices: Packed;
  readonly bias: Packed;
}

export type MapOf = (map: MapTensor) => GpuMap;

/** A variant of an operation that has weights. They are packed once per network and serve all input sizes. */
export interface WeightedVariant<L extends WeightedLayer> {
  /** Unique among the operation's variants. */
  readonly id: string;
  pack(step: Step<L>, weights: LayerWeights): PackedWeights;
  /** The dispatches at one input size; what is better only at some sizes is decided here. */
  calls(layer: L, mapOf: MapOf, weights: GpuWeights): KernelCall[];
}

/** A variant of an operation that has none. */
export interface UnweightedVariant<L extends Layer> {
  readonly id: string;
  readonly pack?: undefined;
  calls(layer: L, mapOf: MapOf): KernelCall[];
}

/** A way to run an operation on the GPU. All variants compute the same. */
export type Variant<L extends Layer> = L extends WeightedLayer ? WeightedVariant<L> : UnweightedVariant<L>;

/** A variant that is not for everywhere. */
export interface SpecialVariant<L extends Layer, V = Variant<L>> {
  /** The variant's. */
  readonly id: string;
  /** Whether it computes the layer at all. */
  runs(step: Step<L>): boolean;
  /** Whether it is known to be the better choice for a layer that it runs, on a device that has what it needs. */
  isBetter(step: Step<L>, capabilities: Capabilities): boolean;
  load(): Promise<V>;
}

/** What is not needed on most devices or by most networks is a function that loads it. */
export interface OperationVariants<L extends Layer, V = Variant<L>> {
  /** Runs everywhere; the others are compared with it. */
  readonly plain: V | (() => Promise<V>);
  /** Tried in this order. */
  readonly special: readonly SpecialVariant<L, V>[];
}

/** A variant of some operation, for those who do not know which. */
export type AnyVariant = WeightedVariant<WeightedLayer> | UnweightedVariant<Layer>;
export type AnyVariants = OperationVariants<Layer, AnyVariant>;
