import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { foldBatchNorm } from '../../src/convert/fold.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { adaptiveConv } from '../../src/ops/adaptive-conv.ts';
import { conv } from '../../src/ops/conv.ts';
import { COCO } from '../../src/pose.ts';
import { fromHwio, toChannelsLast, toPlanes } from '../../src/tfjs/layout.ts';
import { adaptiveConvolve } from '../../src/training/adaptive-conv.ts';
import { convolve, interpolate, momentsOf, normalise, relu, repeat } from '../../src/training/differentiable.ts';
import { initialCheckpoint } from '../../src/training/initial-weights.ts';
import { trainingLoss } from '../../src/training/losses.ts';
import { samplingByOperations, samplingInMemory } from '../../src/training/sampling.ts';
import { seededRandom } from '../../src/training/seeded-random.ts';
import { targetTensors } from '../../src/training/target-tensors.ts';
import { makeTargets } from '../../src/training/targets.ts';
import { createTrainableNetwork } from '../../src/training/trainable-network.ts';
import { formulaCheckpoint, formulaInput, uniformDraws } from '../support/formula-weights.ts';
import { TINY_W4 } from '../support/models.ts';
import { referenceMaps } from '../support/reference-maps.ts';
import { relativeError } from '../support/relative-error.ts';
import { smallNetwork } from '../support/small-network.ts';

beforeAll(() => tf.setBackend('cpu'));

function random(name: string, shape: number[], scale = 1): tf.Tensor {
  const draw = uniformDraws(name);
  const length = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(
    Float32Array.from({ length }, () => scale * (2 * draw() - 1)),
    shape,
  );
}

/**
 * Compares gradients with differences, along random directions: of Σ cotangent · operation by each input.
 * The operation's own float32 sums limit what differences can tell to about 1e-3.
 */
function expectGradients(inputs: tf.Tensor[], operation: (...inputs: tf.Tensor[]) => tf.Tensor, step = 1e-2): void {
  const cotangent = random('cotangent', operation(...inputs).shape);
  const gradients = tf.grads((...given: tf.Tensor[]) => operation(...given))(inputs, cotangent);
  const value = (moved: tf.Tensor[]): number => {
    const [out, weights] = [operation(...moved).dataSync(), cotangent.dataSync()];
    return Array.from(out).reduce((sum, each, i) => sum + each * weights[i], 0);
  };
  inputs.forEach((input, i) => {
    for (const name of ['first', 'second', 'third']) {
      const direction = random(name, input.shape);
      const along = (by: number): number =>
        value(inputs.map((each, j) => (j === i ? tf.add(each, tf.mul(direction, by)) : each)));
      const slope = (along(step) - along(-step)) / (2 * step);
      const [values, directions] = [gradients[i].dataSync(), direction.dataSync()];
      const expected = Array.from(values).reduce((sum, each, j) => sum + each * directions[j], 0);
      const size = Math.sqrt(Array.from(values).reduce((sum, each) => sum + each * each, 0));
      expect(Math.abs(slope - expected) / size, `input ${i}, ${name} direction`).toBeLessThan(5e-3);
    }
  });
}

describe('operations with gradients', () => {
  it.each([
    [1, 1],
    [3, 1],
    [3, 2],
  ] as const)('convolution of side %i and stride %i', (side, stride) => {
    const [x, filter] = [random('x', [2, 6, 8, 3]), random('filter', [side, side, 3, 5])] as tf.Tensor4D[];
    const reference = [0, 1].flatMap((image) => [
      ...conv(
        { inChannels: 3, outChannels: 5, width: 8, height: 6, side, stride },
        {
          x: toPlanes(tf.slice4d(x, [image, 0, 0, 0], [1, -1, -1, -1]).dataSync(), 3),
          weight: fromHwio(filter.dataSync() as Float32Array, filter.shape),
          bias: new Float32Array(5),
        },
      ),
    ]);
    const ours = convolve(x, filter, stride);
    const size = ours.size / 2;
    const planes = [0, 1].flatMap((image) => [...toPlanes(ours.dataSync().slice(image * size, (image + 1) * size), 5)]);
    expect(relativeError(planes, reference)).toBeLessThan(1e-6);
    expectGradients([x, filter], (a, b) => convolve(a as tf.Tensor4D, b as tf.Tensor4D, stride));
  });

  it("BatchNorm with a batch's own moments, and with others", () => {
    const [x, scale, shift] = [random('x', [2, 4, 4, 3], 2), random('scale', [3]), random('shift', [3])];
    expectGradients([x, scale, shift], (a, b, c) =>
      normalise(a as tf.Tensor4D, b as tf.Tensor1D, c as tf.Tensor1D, momentsOf(a as tf.Tensor4D), true),
    );
    const moments = momentsOf(random('other', [2, 4, 4, 3]) as tf.Tensor4D);
    expectGradients([x, scale, shift], (a, b, c) =>
      normalise(a as tf.Tensor4D, b as tf.Tensor1D, c as tf.Tensor1D, moments, false),
    );
  });

  it('upsampling by repetition and by interpolation, ReLU', () => {
    const x = random('x', [2, 3, 5, 4]) as tf.Tensor4D;
    for (const factor of [2, 4]) {
      expectGradients([x], (a) => repeat(a as tf.Tensor4D, factor));
      expectGradients([x], (a) => interpolate(a as tf.Tensor4D, factor));
    }
    expectGradients([tf.add(tf.mul(x, 2), tf.mul(tf.sign(x), 0.1))], (a) => relu(a as tf.Tensor4D), 1e-2);
  });

  describe.each([1, 2, 3])('adaptive convolution of dilation %i', (dilation) => {
    const [batch, height, width] = [2, 5, 7];
    const x = random('x', [batch, height, width, 3]) as tf.Tensor4D;
    const filter = random('filter', [3, 3, 3, 4]) as tf.Tensor4D;
    // Around the identity, so that some taps lie inside, some outside; no place near a whole number, where the slope jumps.
    const transforms = (): tf.Tensor4D => {
      const draw = uniformDraws(`transform${dilation}`);
      const part = (): number => 0.15 + 0.2 * draw();
      return tf.tensor4d(
        Array.from({ length: batch * height * width }, () => {
          const whole = () => Math.floor(3 * draw()) - 1;
          return [whole() + part(), whole() + 0.3 * part(), whole() + 0.3 * part(), whole() + part()];
        }).flat(),
        [batch, height, width, 4],
      );
    };

    it("is the reference's", () => {
      const transform = transforms();
      const ours = adaptiveConvolve(x, transform, filter, dilation);
      for (let image = 0; image < batch; image++) {
        const of = (map: tf.Tensor4D): Float32Array =>
          toPlanes(tf.slice4d(map, [image, 0, 0, 0], [1, -1, -1, -1]).dataSync(), map.shape[3]);
        const reference = adaptiveConv(
          { inChannels: 3, outChannels: 4, width, height, dilation },
          {
            x: of(x),
            transform: of(transform),
            weight: fromHwio(filter.dataSync() as Float32Array, filter.shape),
            bias: new Float32Array(4),
          },
        );
        expect(relativeError(of(ours), reference)).toBeLessThan(2e-6);
      }
    });

    it('has the gradients of map, transforms and weights', () => {
      expectGradients(
        [x, transforms(), filter],
        (a, b, c) => adaptiveConvolve(a as tf.Tensor4D, b as tf.Tensor4D, c as tf.Tensor4D, dilation),
        4e-3,
      );
    });
  });

  it('sampling by operations and in loops is the same', () => {
    const shape = { batch: 2, height: 4, width: 6, channels: 3, dilation: 2 };
    const [x, transforms, toColumns] = [
      random('x', [2, 4, 6, 3]),
      random('transforms', [2, 4, 6, 4], 2),
      random('columns', [48, 27]),
    ];
    const [looped, operated] = [samplingInMemory, samplingByOperations].map((sampling) => {
      const { columns, gradients } = sampling(x, transforms, shape);
      return [columns(), ...gradients(toColumns as tf.Tensor2D)].map((tensor) => tensor.dataSync());
    });
    looped.forEach((values, i) => expect(relativeError(values, operated[i])).toBeLessThan(1e-5));
  });

  it('adaptive convolution reads nothing far outside, whatever the transforms', () => {
    const far = tf.fill([1, 4, 4, 4], 1e9) as tf.Tensor4D;
    const x = tf.ones([1, 4, 4, 2]) as tf.Tensor4D;
    const [toX, toTransform] = tf.grads((a, b) =>
      adaptiveConvolve(a as tf.Tensor4D, b as tf.Tensor4D, tf.ones([3, 3, 2, 1]) as tf.Tensor4D, 1),
    )([x, far]);
    // The middle tap stays, and the two on which T·g cancels.
    expect([...new Set(toX.dataSync())]).toEqual([3]);
    expect([...toTransform.dataSync()].every(Number.isFinite)).toBe(true);
  });
});

describe('a network in training', () => {
  const network = buildNetwork(TINY_W4);

  it('with running statistics answers as the folded one does', async () => {
    const checkpoint = formulaCheckpoint(TINY_W4);
    const trainable = createTrainableNetwork(network, checkpoint);
    const input = formulaInput(64, 32);
    const { heatmaps, centerMap, offsetMap } = trainable.predict(
      tf.tensor4d(toChannelsLast(input, 3), [1, 32, 64, 3]),
      'running',
    );
    const maps = await referenceMaps(network, foldBatchNorm(network, checkpoint), 64, 32);
    expect(relativeError(toPlanes((heatmaps as tf.Tensor).dataSync(), 17), maps.heatmaps.values)).toBeLessThan(1e-4);
    expect(relativeError(centerMap.dataSync(), maps.centerMap.values)).toBeLessThan(1e-4);
    expect(relativeError(toPlanes(offsetMap.dataSync(), 34), maps.offsetMap.values)).toBeLessThan(1e-4);

    const again = await trainable.checkpoint();
    expect([...again.keys()]).toEqual([...checkpoint.keys()]);
    for (const [name, tensor] of checkpoint) expect(again.get(name), name).toEqual(tensor);
    trainable.dispose();
  });

  it('starts with identity transforms and BatchNorms that are not there', () => {
    const checkpoint = initialCheckpoint(network, seededRandom(1));
    expect([...checkpoint.get('multi_level_layers_4x_heatmap.0.0.transform_matrix_conv1.bias')!.data]).toEqual([1, 0, 0, 1]);
    expect(
      checkpoint.get('multi_level_layers_4x_heatmap.0.0.transform_matrix_conv1.weight')!.data.every((value) => value === 0),
    ).toBe(true);
    expect(checkpoint.get('bn1.running_var')!.data.every((value) => value === 1)).toBe(true);
    const { data } = checkpoint.get('conv2.weight')!;
    expect(Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length)).toBeCloseTo(Math.sqrt(2 / 576), 3);
  });

  it("learns by TensorFlow.js' optimizers, and its running statistics move along", async () => {
    const small = smallNetwork();
    const trainable = createTrainableNetwork(small, initialCheckpoint(small, seededRandom(1)));
    const images = random('image', [1, 32, 32, 3]) as tf.Tensor4D;
    const person = {
      joints: COCO.names.map((_, k) => ({ x: 1 + (k % 6), y: 1 + (k % 5) })),
      center: { x: 4, y: 4 },
      boxArea: 500,
      boxDiagonal: 30,
    };
    const targets = targetTensors([makeTargets([person], new Uint8Array(64).fill(1), { width: 8, height: 8 }, COCO)]);
    const adam = tf.train.adam(1e-2);
    const step = (): number =>
      adam
        .minimize(() => trainingLoss(trainable.predict(images), targets).total, true, [...trainable.variables.values()])!
        .dataSync()[0];
    const losses = Array.from({ length: 6 }, step);
    expect(losses[5]).toBeLessThan(0.7 * losses[0]);
    const { data } = (await trainable.checkpoint()).get('block4.bn1.running_mean')!;
    expect(data.some((value) => value !== 0)).toBe(true);
    trainable.dispose();
  });

  it('refuses what is not its own', () => {
    const checkpoint = new Map(initialCheckpoint(network, seededRandom(1)));
    const trainable = createTrainableNetwork(network, checkpoint);
    expect(() => trainable.predict(tf.zeros([1, 64, 60, 3]))).toThrow('sides of multiples of 32, got [1,64,60,3]');
    trainable.dispose();
    checkpoint.delete('bn2.weight');
    expect(() => createTrainableNetwork(network, checkpoint)).toThrow('bn2.weight: expected shape [64], got nothing');
  });
});
