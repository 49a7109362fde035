import type { Layer, Network } from './network.ts';
import { isWeighted, kernelOf } from './network.ts';
import { weightedLayers } from './weights.ts';

/** Trainable parameters: convolution weights, biases, and BatchNorm's scale and shift. */
export function parameterCount(network: Network): number {
  return weightedLayers(network).reduce((sum, layer) => {
    const perOutput = layer.input.channels * kernelOf(layer) ** 2 + (layer.norm === undefined ? 1 : 2);
    return sum + layer.output.channels * perOutput;
  }, 0);
}

/** Multiply-adds of one layer's convolution for an input of height × width pixels; 0 for layers without weights. */
export function layerMultiplyAdds(layer: Layer, height: number, width: number): number {
  if (!isWeighted(layer)) return 0;
  const { channels, stride } = layer.output;
  return (height / stride) * (width / stride) * channels * layer.input.channels * kernelOf(layer) ** 2;
}

/** Multiply-adds of all convolutions for an input of height × width pixels. */
export function multiplyAdds(network: Network, height: number, width: number): number {
  return network.layers.reduce((sum, layer) => sum + layerMultiplyAdds(layer, height, width), 0);
}
