import type { Network } from '../network/network.ts';
import type { WeightTensor } from '../network/weights.ts';
import { checkpointShapes, weightedLayers } from '../network/weights.ts';
import { normal } from './seeded-random.ts';

/** A checkpoint's tensors by name, BatchNorm not folded. */
export type Checkpoint = ReadonlyMap<string, WeightTensor>;

/** Deviation of the weights of layers that give the answers. */
const LAST_DEVIATION = 0.001;

/**
 * Weights to train from nothing: He's normal ones where BatchNorm follows, N(0, 0.001) in the last layers,
 * biases 0, every transform the identity, BatchNorm as if not there. (The released code starts from an
 * ImageNet HRNet, elsewhere from N(0, 0.001), and with transforms of 0: the nine taps meet in one point.
 * From nothing, the identity keeps the adaptive layers ordinary convolutions until they learn better.)
 *
 * @param random numbers in [0, 1).
 */
export function initialCheckpoint(network: Network, random: () => number): Checkpoint {
  const transforms = new Set(network.layers.flatMap((layer) => (layer.op === 'adaptiveConv' ? [layer.transform.id] : [])));
  const normed = new Set(
    weightedLayers(network)
      .filter(({ norm }) => norm !== undefined)
      .map(({ name }) => name),
  );
  const transformLayers = new Set(network.layers.filter(({ output }) => transforms.has(output.id)).map(({ name }) => name));
  return new Map(
    checkpointShapes(network).map(({ name, shape }): [string, WeightTensor] => {
      const [, layer, part] = /^(.*)\.(\w+)$/.exec(name)!;
      const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
      if (transformLayers.has(layer)) {
        if (part === 'bias') data.set([1, 0, 0, 1]);
      } else if (shape.length === 4) {
        const deviation = normed.has(layer) ? Math.sqrt(2 / (shape[1] * shape[2] * shape[3])) : LAST_DEVIATION;
        for (let i = 0; i < data.length; i++) data[i] = deviation * normal(random);
      } else if (part === 'weight' || part === 'running_var') {
        data.fill(1);
      }
      return [name, { shape, data }];
    }),
  );
}
