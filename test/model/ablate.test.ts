import { describe, expect, it } from 'vitest';
import { ablate } from '../../src/model/ablate.ts';
import { buildNetwork } from '../../src/network/build.ts';
import type { ModelDescriptor } from '../../src/network/descriptor.ts';
import { formulaWeights } from '../support/formula-weights.ts';
import { TINY_DEKR, TINY_W4 } from '../support/models.ts';
import { floatsOf, readNpz } from '../support/npz.ts';
import { referenceMaps } from '../support/reference-maps.ts';
import { relativeError } from '../support/relative-error.ts';

const expected = readNpz(new URL('../fixtures/networks/ablation_tiny_w4.npz', import.meta.url));
const [WIDTH, HEIGHT] = [160, 96];
const TOLERANCE = 1e-4;

const modelOf = (descriptor: ModelDescriptor) => ({
  descriptor,
  network: buildNetwork(descriptor),
  weights: formulaWeights(descriptor),
});

describe('a network with parts switched off', () => {
  it.each([
    ['identity', { adaptive: false }, {}],
    ['unguided', { guidance: false }, {}],
    ['identity_unguided', { adaptive: false, guidance: false }, {}],
    ['maximum', {}, { branches: 'maximum' as const }],
  ])('%s', async (name, switches, more) => {
    const { network, weights } = ablate(modelOf({ ...TINY_W4, ...more }), switches);
    const maps = await referenceMaps(network, weights, WIDTH, HEIGHT);
    for (const output of ['heatmaps', 'centerMap', 'offsetMap'] as const) {
      expect(relativeError(maps[output].values, floatsOf(expected, `${name}_${output}`).data)).toBeLessThan(TOLERANCE);
    }
  });

  it('leaves a model as it is where nothing is switched off', () => {
    const model = modelOf(TINY_W4);
    expect(ablate(model, {})).toBe(model);
    expect(ablate(model, { guidance: true, adaptive: true })).toBe(model);
  });

  it('moves no tap of a DEKR network', () => {
    const { network, weights } = ablate(modelOf(TINY_DEKR), { adaptive: false, guidance: false });
    const layers = network.layers.filter((layer) => layer.op === 'adaptiveConv');
    expect(layers).toHaveLength(2);
    const name = (id: number): string => network.layers.find(({ output }) => output.id === id)!.name;
    for (const { transform, translation } of layers) {
      expect([...weights.get(`${name(transform.id)}.bias`)!.data].slice(0, 8)).toEqual([1, 0, 0, 1, 1, 0, 0, 1]);
      expect(weights.get(`${name(translation!.id)}.bias`)!.data.every((value) => value === 0)).toBe(true);
    }
  });
});
