import type { Network } from './network.ts';
import { layerMultiplyAdds, weightShapeOf } from './ops.ts';
import { weightedLayers } from './weights.ts';

/** Trainable parameters: convolution weights, biases, and BatchNorm's scale and shift. */
export function parameterCount(network: Network): number {
  return weightedLayers(network).reduce((sum, layer) => {
    const weights = weightShapeOf(layer).reduce((product, size) => product * size, 1);
    return sum + weights + layer.output.channels * (layer.norm === undefined ? 1 : 2);
  }, 0);
}

/** Multiply-adds of all convolutions for an input of height × width pixels. */
export function multiplyAdds(network: Network, height: number, width: number): number {
  return network.layers.reduce((sum, layer) => sum + layerMultiplyAdds(layer, height, width), 0);
}
