import * as tf from '@tensorflow/tfjs-core';
import type { ConvLayer, FuseLayer, Layer, MapTensor, Network } from '../network/network.ts';
import { lastReaders } from '../network/memory-plan.ts';
import { groupsOf } from '../network/network.ts';
import { layerInputs } from '../network/ops.ts';
import type { WeightTensor, Weights } from '../network/weights.ts';
import { checkWeights, weightedLayers } from '../network/weights.ts';
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
    weightedLayers(network).flatMap((layer): [string, tf.Tensor][] => {
      const [weight, bias] = ['weight', 'bias'].map((part) => weights.get(`${layer.name}.${part}`)!);
      const { shape, data } = layer.op === 'groupConv' ? acrossGroups(weight, groupsOf(layer.input)) : weight;
      const [outChannels, inChannels, height, width] = shape;
      // TensorFlow.js' transposed convolutions take the gradient's filter: [k, k, out, in].
      const filter =
        layer.op === 'transposedConv'
          ? tf.transpose(tf.tensor4d(data, [outChannels, inChannels, height, width]), [2, 3, 0, 1])
          : tf.tensor4d(toHwio(data, shape), [height, width, inChannels, outChannels]);
      return [
        [`${layer.name}.weight`, filter],
        [`${layer.name}.bias`, tf.tensor1d(bias.data)],
      ];
    }),
  );
}

/**
 * Runs a network on input [1, H, W, 3] (left to the caller), holding each map only as long as it is read.
 *
 * @returns the maps that are kept, channels last, by map id; the caller disposes them.
 */
export function execute(
  network: Network,
  weights: UploadedWeights,
  input: tf.Tensor4D,
  kept: readonly MapTensor[],
): Map<number, tf.Tensor4D> {
  // The input is the caller's, what is kept is returned.
  const lastReader = lastReaders(network.layers, [network.input, ...kept]);

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
          translation: layer.translation && mapOf(layer.translation),
        },
        { dilation: layer.dilation, relu: layer.relu, groups: groupsOf(layer.input) },
      );
    case 'groupConv':
      return tf.add(
        tf.conv2d(mapOf(layer.input), weights.get(`${layer.name}.weight`) as tf.Tensor4D, 1, 'same'),
        weights.get(`${layer.name}.bias`)!,
      );
    case 'transposedConv': {
      const x = mapOf(layer.input);
      const sum = tf.conv2dTranspose(
        x,
        weights.get(`${layer.name}.weight`) as tf.Tensor4D,
        [1, 2 * x.shape[1], 2 * x.shape[2], layer.output.channels],
        2,
        'same',
      );
      return tf.relu(tf.add(sum, weights.get(`${layer.name}.bias`)!));
    }
    case 'fuse':
      return tf.relu(layer.inputs.map((input) => upsampled(input, UPSAMPLE[layer.upsampling])).reduce((a, b) => tf.add(a, b)));
    case 'concat':
      return tf.concat4d(
        layer.inputs.map((input) => upsampled(input, UPSAMPLE.bilinear)),
        3,
      );
    case 'mean':
      return tf.div(
        layer.inputs.map(mapOf).reduce((a, b) => tf.add(a, b)),
        layer.inputs.length,
      );
    case 'maximum':
      return layer.inputs.map(mapOf).reduce((a, b) => tf.maximum(a, b));
    case 'split':
      return tf.clone(mapOf(layer.input));
  }
}

/** A grouped convolution's weights [out, in of a group, k, k] as an ordinary one's [out, in, k, k]: 0 from other groups. */
function acrossGroups({ shape: [outChannels, groupIns, height, width], data }: WeightTensor, groups: number): WeightTensor {
  const length = groupIns * height * width;
  const all = new Float32Array(data.length * groups);
  for (let o = 0; o < outChannels; o++) {
    const group = Math.floor((o * groups) / outChannels);
    all.set(data.subarray(o * length, (o + 1) * length), (o * groups + group) * length);
  }
  return { shape: [outChannels, groupIns * groups, height, width], data: all };
}

type Upsample = (map: tf.Tensor4D, factor: number) => tf.Tensor4D;

const UPSAMPLE: Readonly<Record<FuseLayer['upsampling'], Upsample>> = {
  nearest: (map, factor) => tf.image.resizeNearestNeighbor(map, [map.shape[1] * factor, map.shape[2] * factor]),
  bilinear: (map, factor) => tf.image.resizeBilinear(map, [map.shape[1] * factor, map.shape[2] * factor], false, true),
};

function conv(layer: ConvLayer, weights: UploadedWeights, mapOf: (map: MapTensor) => tf.Tensor4D): tf.Tensor4D {
  const sum = tf.fused.conv2d({
    x: mapOf(layer.input),
    filter: weights.get(`${layer.name}.weight`) as tf.Tensor4D,
    bias: weights.get(`${layer.name}.bias`),
    strides: layer.stride,
    // A number, not 'same': that pads stride-2 convolutions on the right and bottom only.
    pad: (layer.side - 1) / 2,
    dimRoundingMode: 'floor',
    activation: layer.relu && !layer.shortcut ? 'relu' : 'linear',
  });
  if (!layer.shortcut) return sum;
  const joined = tf.add(sum, mapOf(layer.shortcut)) as tf.Tensor4D;
  return layer.relu ? tf.relu(joined) : joined;
}
