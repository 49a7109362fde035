import * as tf from '@tensorflow/tfjs-core';
import { ManyposeError } from '../errors.ts';
import { COARSEST_STRIDE, isSide } from '../geometry.ts';
import type { AdaptiveConvLayer, ConvLayer, Layer, MapTensor, Network, Output } from '../network/network.ts';
import type { WeightTensor } from '../network/weights.ts';
import { checkpointShapes } from '../network/weights.ts';
import { fromHwio, toHwio } from '../tfjs/layout.ts';
import { adaptiveConvolve } from './adaptive-conv.ts';
import {
  add,
  addBias,
  channelsOf,
  concat,
  convolve,
  interpolate,
  meanOfMaps,
  momentsOf,
  normalise,
  relu,
  repeat,
} from './differentiable.ts';
import type { Moments } from './differentiable.ts';
import type { Checkpoint } from './initial-weights.ts';
import type { Predictions } from './losses.ts';

/** Part of a batch's statistics in the running ones, as PyTorch has it. */
const MOMENTUM = 0.1;

/**
 * Where BatchNorm takes mean and variance from: 'batch' as in training, which moves the running ones along;
 * 'running' as at inference, for last steps that no longer move them.
 */
export type Statistics = 'batch' | 'running';

/** A network whose weights TensorFlow.js can train, on any of its backends. */
export interface TrainableNetwork {
  /** What is learned, by checkpoint name: filters [k, k, in, out], BatchNorm's weights and biases [C]. */
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /**
   * The network's answers to images [B, H, W, 3], normalised, sides multiples of 32; for `tf.variableGrads`.
   *
   * @throws ManyposeError `invalid-argument` for images of another shape.
   */
  predict(images: tf.Tensor4D, statistics?: Statistics): Predictions;
  /** The tensors of a PyTorch checkpoint, as `foldBatchNorm` takes them. */
  checkpoint(): Promise<Checkpoint>;
  dispose(): void;
}

/**
 * A network in training. It runs layer by layer as the list of layers says; all maps stay until the
 * gradients are taken, so this is for small networks and small images.
 *
 * @param checkpoint `initialCheckpoint`, or one that was trained before.
 * @throws ManyposeError `checkpoint-mismatch` for tensors that are not the network's, `invalid-model` for a network of
 *   layers that are not trained here: HrHRNet's second head, the successor's branches.
 */
export function createTrainableNetwork(network: Network, checkpoint: Checkpoint): TrainableNetwork {
  const untrained = network.layers.find(({ op }) => UNTRAINED.has(op));
  if (untrained) throw notTrained(untrained);
  const shapes = checkpointShapes(network);
  for (const { name, shape } of shapes) {
    const found = checkpoint.get(name);
    if (found?.shape.join() === shape.join()) continue;
    throw new ManyposeError(
      'checkpoint-mismatch',
      `${name}: expected shape [${shape}], got ${found ? `[${found.shape}]` : 'nothing'}`,
    );
  }
  const all = new Map(
    shapes.map(({ name, shape }): [string, tf.Variable] => {
      const { data } = checkpoint.get(name)!;
      const [outChannels, inChannels, height, width] = shape;
      const value = tf.tidy(() =>
        shape.length === 4
          ? tf.keep(tf.tensor4d(toHwio(data, shape), [height, width, inChannels, outChannels]))
          : tf.keep(tf.tensor1d(data.slice())),
      );
      // tf.variable takes the tensor over. Names are global, and two networks may be trained at once.
      const variable = tf.variable(value, !isStatistic(name));
      value.dispose();
      return [name, variable];
    }),
  );
  const variables = new Map([...all].filter(([name]) => !isStatistic(name)));

  const parameter = <Kind extends tf.Tensor>(name: string): Kind => all.get(name) as tf.Tensor as Kind;

  function momentsFor(norm: string, x: tf.Tensor4D, statistics: Statistics): Moments {
    const [runningMean, runningVariance] = [all.get(`${norm}.running_mean`)!, all.get(`${norm}.running_var`)!];
    if (statistics === 'running')
      return { mean: runningMean as tf.Tensor as tf.Tensor1D, variance: runningVariance as tf.Tensor as tf.Tensor1D };
    const moments = momentsOf(x);
    const count = x.size / x.shape[3];
    const moved = (running: tf.Variable, value: tf.Tensor): void =>
      tf.tidy(() => running.assign(tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(value, MOMENTUM))));
    moved(runningMean, moments.mean);
    // The running variance is the unbiased one.
    moved(runningVariance, tf.mul(moments.variance, count / Math.max(count - 1, 1)));
    return moments;
  }

  /** What a weighted layer does after its convolution. */
  function finish(layer: ConvLayer | AdaptiveConvLayer, sum: tf.Tensor4D, mapOf: MapOf, statistics: Statistics): tf.Tensor4D {
    let x =
      layer.norm === undefined
        ? addBias(sum, parameter(`${layer.name}.bias`))
        : normalise(
            sum,
            parameter(`${layer.norm}.weight`),
            parameter(`${layer.norm}.bias`),
            momentsFor(layer.norm, sum, statistics),
            statistics === 'batch',
          );
    if (layer.shortcut) x = add([x, mapOf(layer.shortcut)]);
    return layer.relu ? relu(x) : x;
  }

  function runLayer(layer: Layer, mapOf: MapOf, statistics: Statistics): tf.Tensor4D {
    const upsampled = (input: MapTensor, upsample: typeof repeat): tf.Tensor4D => {
      const factor = input.stride / layer.output.stride;
      return factor === 1 ? mapOf(input) : upsample(mapOf(input), factor);
    };
    switch (layer.op) {
      case 'conv':
        return finish(layer, convolve(mapOf(layer.input), parameter(`${layer.name}.weight`), layer.stride), mapOf, statistics);
      case 'adaptiveConv': {
        const sum = adaptiveConvolve(
          mapOf(layer.input),
          mapOf(layer.transform),
          parameter(`${layer.name}.weight`),
          layer.dilation,
        );
        return finish(layer, sum, mapOf, statistics);
      }
      case 'fuse':
        return relu(add(layer.inputs.map((input) => upsampled(input, layer.upsampling === 'nearest' ? repeat : interpolate))));
      case 'concat':
        return concat(layer.inputs.map((input) => upsampled(input, interpolate)));
      case 'mean':
        return meanOfMaps(layer.inputs.map(mapOf));
      case 'maximum':
      case 'split':
      case 'groupConv':
      case 'transposedConv':
        throw notTrained(layer);
    }
  }

  return {
    variables,

    predict(images, statistics = 'batch') {
      const [, height, width, channels] = images.shape;
      if (channels !== 3 || !isSide(height) || !isSide(width)) {
        throw new ManyposeError(
          'invalid-argument',
          `expected images [B, H, W, 3] with sides of multiples of ${COARSEST_STRIDE}, got [${images.shape}]`,
        );
      }
      const maps = new Map<number, tf.Tensor4D>([[network.input.id, images]]);
      const mapOf: MapOf = (map) => maps.get(map.id)!;
      for (const layer of network.layers) maps.set(layer.output.id, runLayer(layer, mapOf, statistics));
      const { heatmaps, centerMap, offsetMap } = network.outputs;
      const cut = ({ map, first, channels: count }: Output): tf.Tensor4D =>
        count === map.channels ? mapOf(map) : channelsOf(mapOf(map), first, count);
      return { heatmaps: cut(heatmaps), centerMap: cut(centerMap), offsetMap: cut(offsetMap) };
    },

    async checkpoint() {
      const entries = await Promise.all(
        shapes.map(async ({ name, shape }): Promise<[string, WeightTensor]> => {
          const variable = all.get(name)!;
          const data = Float32Array.from(await variable.data());
          return [name, { shape, data: shape.length === 4 ? fromHwio(data, variable.shape) : data }];
        }),
      );
      return new Map(entries);
    },

    dispose: () => tf.dispose([...all.values()]),
  };
}

const UNTRAINED: ReadonlySet<Layer['op']> = new Set(['maximum', 'split', 'groupConv', 'transposedConv'] as const);

function notTrained({ op, name }: Layer): ManyposeError {
  return new ManyposeError(
    'invalid-model',
    `${name}: layers of the kind ${op} are not trained here, only the paper's networks with heatmaps at stride 4`,
  );
}

type MapOf = (map: MapTensor) => tf.Tensor4D;

/** BatchNorm's running statistics are not learned. */
function isStatistic(name: string): boolean {
  return name.endsWith('.running_mean') || name.endsWith('.running_var');
}
