import { describe, expect, it } from 'vitest';
import { namedModel } from '../../src/model/named-models.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { multiplyAdds } from '../../src/network/counts.ts';
import type { ModelDescriptor } from '../../src/network/descriptor.ts';
import { planMemory } from '../../src/network/memory-plan.ts';
import { inspectedMaps } from '../../src/network/inspectable.ts';
import { partsOf } from '../../src/network/parts.ts';
import { perBranch } from '../../src/network/per-branch.ts';
import { foldedShapes } from '../../src/network/weights.ts';
import type { Weights } from '../../src/network/weights.ts';
import type { NetworkMaps } from '../../src/ops/network-maps.ts';
import { mapShape } from '../../src/webgpu/layout.ts';
import { formulaWeights } from '../support/formula-weights.ts';
import { TINY_DEKR, TINY_HIGHER, TINY_W4 } from '../support/models.ts';
import { referenceMaps } from '../support/reference-maps.ts';
import { relativeError } from '../support/relative-error.ts';

const UNGUIDED: ModelDescriptor = { ...TINY_W4, id: 'tiny_unguided', heatmapGuidance: false };
const [WIDTH, HEIGHT] = [64, 32];

describe.each([TINY_W4, UNGUIDED, TINY_HIGHER, TINY_DEKR])("$id with its branches' convolutions apart", (model) => {
  const [network, weights] = [buildNetwork(model), formulaWeights(model)];
  const split = perBranch(network, weights);

  it('gives the same maps', async () => {
    const { sampling: moved, ...maps } = await referenceMaps(split.network, split.weights, WIDTH, HEIGHT);
    const { sampling, ...expected } = await referenceMaps(network, weights, WIDTH, HEIGHT);
    for (const name of Object.keys(expected) as (keyof NetworkMaps)[]) {
      expect(relativeError(maps[name]!.values, expected[name]!.values)).toBeLessThan(1e-6);
    }
    sampling.forEach(({ transform }, i) => expect(relativeError(moved[i].transform.values, transform.values)).toBeLessThan(1e-6));
  });

  it('has less to compute, and exactly the weights that it needs', () => {
    expect(multiplyAdds(split.network, 256, 256)).toBeLessThan(multiplyAdds(network, 256, 256));
    expect([...split.weights.keys()].sort()).toEqual(
      foldedShapes(split.network)
        .map(({ name }) => name)
        .sort(),
    );
  });
});

describe('coco_w32 at 512×768 with scale 2', () => {
  it('needs no buffer above 128 MiB', () => {
    const network = buildNetwork(namedModel('coco_w32')!);
    const weights: Weights = new Map(
      foldedShapes(network).map(({ name, shape }) => [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]),
    );
    const largest = (layers: typeof network): number => {
      const parts = partsOf(layers);
      const kept = [layers.input, ...inspectedMaps(layers)];
      return Math.max(
        ...planMemory(layers.layers, [layers.input], kept, (map) => mapShape(map, parts(map), 1536, 1024).bytes).slots,
      );
    };
    expect(largest(network)).toBeGreaterThan(180 * 2 ** 20);
    expect(largest(perBranch(network, weights).network)).toBeLessThanOrEqual(128 * 2 ** 20);
  });
});
