import * as tf from '@tensorflow/tfjs-core';
import type { ConvLayer, Layer, MapTensor, Network } from '../network/network.ts';
import { lastReaders } from '../network/memory-plan.ts';
import { outputMaps } from '../network/network.ts';
import { layerInputs } from '../network/ops.ts';
import type { Weights } from '../network/weights.ts';
import { checkWeights, foldedShapes } from '../network/weights.ts';
import { adaptiveConv } from './adaptive-conv.ts';
import { toHwio } from './layout.ts';

/** A network's weights on the backend: filters [k, k, in, out], biases [out]. */
export type UploadedWeights = ReadonlyMap<string, tf.Tensor>;

/**
 * Uploads weights once, for all frames.
 *
 * @throws ManyposeError `invalid-model` if a tensor is missing or has another shape than the network's.
 */
export function uploadWeights(network: Network, weights: Weights): UploadedWeights {
  checkWeights(network, weights);
  return new Map(
    foldedShapes(network).map(({ name, shape }): [string, tf.Tensor] => {
      const { data } = weights.get(name)!;
      if (shape.length === 1) return [name, tf.tensor1d(data)];
      const [outChannels, inChannels, height, width] = shape;
      return [name, tf.tensor4d(toHwio(data, shape), [height, width, inChannels, outChannels])];
    }),
  );
}

/**
 * Runs a network on input [1, H, W, 3] (left to the caller), holding each map only as long as it is read.
 *
 * @returns the maps that hold the network's outputs, channels last, by map id; the caller disposes them.
 */
export function execute(network: Network, weights: UploadedWeights, input: tf.Tensor4D): Map<number, tf.Tensor4D> {
  // The input is the caller's, the outputs are returned.
  const lastReader = lastReaders(network.layers, [network.input, ...outputMaps(network)]);

  const maps = new Map<number, tf.Tensor4D>([[network.input.id, input]]);
  try {
    for (const [i, layer] of network.layers.entries()) {
      maps.set(
        layer.output.id,
        tf.tidy(() => runLayer(layer, weights, (map) => maps.get(map.id)!)),
      );
      for (const { id } of layerInputs(layer)) {
        if (lastReader.get(id) !== i) continue;
        maps.get(id)?.dispose();
        maps.delete(id);
      }
    }
  } catch (error) {
    maps.delete(network.input.id);
    for (const map of maps.values()) map.dispose();
    throw error;
  }
  maps.delete(network.input.id);
  return maps;
}

function runLayer(layer: Layer, weights: UploadedWeights, mapOf: (map: MapTensor) => tf.Tensor4D): tf.Tensor4D {
  const upsampled = (input: MapTensor, upsample: Upsample) => {
    const factor = input.stride / layer.output.stride;
    return factor === 1 ? mapOf(input) : upsample(mapOf(input), factor);
  };
  switch (layer.op) {
    case 'conv':
      return conv(layer, weights, mapOf);
    case 'adaptiveConv':
      return adaptiveConv(
        {
          x: mapOf(layer.input),
          transform: mapOf(layer.transform),
          filter: weights.get(`${layer.name}.weight`) as tf.Tensor4D,
          bias: weights.get(`${layer.name}.bias`) as tf.Tensor1D,
          shortcut: layer.shortcut && mapOf(layer.shortcut),
        },
        { dilation: layer.dilation, relu: layer.relu },
      );
    case 'fuse':
      return tf.relu(layer.inputs.map((input) => upsampled(input, repeat)).reduce((a, b) => tf.add(a, b)));
    case 'concat':
      return tf.concat4d(
        layer.inputs.map((input) => upsampled(input, interpolate)),
        3,
      );
    case 'mean':
      return tf.div(
        layer.inputs.map(mapOf).reduce((a, b) => tf.add(a, b)),
        layer.inputs.length,
      );
  }
}

type Upsample = (map: tf.Tensor4D, factor: number) => tf.Tensor4D;

const repeat: Upsample = (map, factor) => tf.image.resizeNearestNeighbor(map, [map.shape[1] * factor, map.shape[2] * factor]);

const interpolate: Upsample = (map, factor) =>
  tf.image.resizeBilinear(map, [map.shape[1] * factor, map.shape[2] * factor], false, true);

function conv(layer: ConvLayer, weights: UploadedWeights, mapOf: (map: MapTensor) => tf.Tensor4D): tf.Tensor4D {
  const sum = tf.fused.conv2d({
    x: mapOf(layer.input),
    filter: weights.get(`${layer.name}.weight`) as tf.Tensor4D,
    bias: weights.get(`${layer.name}.bias`),
    strides: layer.stride,
    // A number, not 'same': that pads stride-2 convolutions on the right and bottom only.
    pad: (layer.kernel - 1) / 2,
    dimRoundingMode: 'floor',
    activation: layer.relu && !layer.shortcut ? 'relu' : 'linear',
  });
  if (!layer.shortcut) return sum;
  const joined = tf.add(sum, mapOf(layer.shortcut)) as tf.Tensor4D;
  return layer.relu ? tf.relu(joined) : joined;
}
