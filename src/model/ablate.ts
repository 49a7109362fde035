import { REGRESSION_STEM } from '../network/adaptive-heads.ts';
import { buildNetwork } from '../network/build.ts';
import { groupsOf } from '../network/network.ts';
import type { Weights, WeightTensor } from '../network/weights.ts';
import type { Model } from './load.ts';

/** Parts of a network that can be switched off at inference; it is not trained anew without them. */
export interface NetworkSwitches {
  /** false: the regression sees zeros instead of the heatmaps. */
  readonly guidance?: boolean;
  /** false: every adaptive convolution is an ordinary one (T = identity, no translation; the dilation stays). */
  readonly adaptive?: boolean;
}

/**
 * A model with parts of its network switched off. The weights are changed, not how they are run, so it works on every
 * runtime: what is multiplied by zeros is left out, and transforms are predicted as the identity by biases alone.
 */
export function ablate(model: Model, { guidance = true, adaptive = true }: NetworkSwitches): Model {
  if (guidance && adaptive) return model;
  let { descriptor, network } = model;
  const weights = new Map(model.weights);
  if (!guidance && descriptor.architecture !== 'dekr' && descriptor.heatmapGuidance !== false) {
    descriptor = { ...descriptor, heatmapGuidance: false };
    network = buildNetwork(descriptor);
    const stem = network.layers.find(({ name }) => name === REGRESSION_STEM)!;
    const name = `${REGRESSION_STEM}.weight`;
    if (stem.op === 'conv') weights.set(name, firstInputs(weights.get(name)!, stem.input.channels));
  }
  if (!adaptive) {
    const layers = network.layers.filter((layer) => layer.op === 'adaptiveConv');
    for (const { input, transform, translation } of layers) {
      for (const [map, bias] of [
        [transform, [1, 0, 0, 1]],
        [translation, [0, 0]],
      ] as const) {
        const from = map && network.layers.find(({ output }) => output.id === map.id);
        if (from) setConstant(weights, from.name, Array.from({ length: groupsOf(input) }, () => bias).flat());
      }
    }
  }
  return { ...model, descriptor, network, weights };
}

/** Weights [out, in, 1, 1] without what comes after the first inputs. */
function firstInputs({ shape: [outs, ins, ...window], data }: WeightTensor, count: number): WeightTensor {
  const kept = new Float32Array(outs * count);
  for (let o = 0; o < outs; o++) kept.set(data.subarray(o * ins, o * ins + count), o * count);
  return { shape: [outs, count, ...window], data: kept };
}

function setConstant(weights: Map<string, WeightTensor>, name: string, bias: readonly number[]): void {
  const { shape, data } = (weights as Weights).get(`${name}.weight`)!;
  weights.set(`${name}.weight`, { shape, data: new Float32Array(data.length) });
  weights.set(`${name}.bias`, { shape: [bias.length], data: Float32Array.from(bias) });
}
