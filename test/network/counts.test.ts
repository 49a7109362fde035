import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NAMED_MODELS } from '../../src/model/named-models.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { multiplyAdds, paperCounts, parameterCount } from '../../src/network/counts.ts';

interface Counts {
  readonly id: string;
  readonly inputSize: number;
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/** Derived from the tensors' shapes, apart from this code. */
const official: Counts[] = JSON.parse(readFileSync(new URL('../fixtures/networks/counts.json', import.meta.url), 'utf8'));

/** Millions of parameters and "GFLOPs" (multiply-adds) of the paper's Table 1. */
const TABLE_1: [string, number, number][] = [
  ['coco_w32', 30.7, 63.7],
  ['coco_w48', 66.8, 170.1],
  ['coco_higher_w48', 66.9, 179.5],
];

describe('parameters and multiply-adds', () => {
  it('are of all networks that there are', () => {
    expect(NAMED_MODELS.map(({ id }) => id).sort()).toEqual(official.map(({ id }) => id).sort());
  });

  it.each(NAMED_MODELS)('of $id are exact', (model) => {
    const network = buildNetwork(model);
    expect({
      id: model.id,
      inputSize: model.inputSize,
      parameters: parameterCount(network),
      multiplyAdds: multiplyAdds(network, model.inputSize, model.inputSize),
    }).toEqual(official.find(({ id }) => id === model.id));
  });

  it.each(TABLE_1)("of %s are those of the paper's Table 1, counted as the paper does", (id, millions, billions) => {
    const model = NAMED_MODELS.find((named) => named.id === id)!;
    const counts = paperCounts(buildNetwork(model), model.inputSize, model.inputSize);
    expect(counts.parameters / 1e6).toBeCloseTo(millions, 1);
    expect(counts.multiplyAdds / 1e9).toBeCloseTo(billions, 1);
  });
});
