import { describe, expect, it } from 'vitest';
import { foldedShapes } from '../../src/network/weights.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { formulaInput, formulaTensor, formulaWeights, uniformDraws } from '../support/formula-weights.ts';
import { TINY_W4 } from '../support/models.ts';
import { floatsOf, readNpz } from '../support/npz.ts';

describe('formula weights', () => {
  it('draws the numbers that the golden outputs were made with', () => {
    const draw = uniformDraws('conv1.weight');
    expect([draw(), draw(), draw()]).toEqual([0.2171291853301227, 0.920926924329251, 0.5283731485251337]);
  });

  it('keeps sampling transforms near the identity', () => {
    const name = 'multi_level_layers_4x_heatmap.0.0.transform_matrix_conv1.bias';
    const { data } = formulaTensor(name, [4]);
    [1, 0, 0, 1].forEach((entry, i) => expect(Math.abs(data[i] - entry)).toBeLessThanOrEqual(0.3));
  });

  it('gives every folded tensor of the network its shape', () => {
    const weights = formulaWeights(TINY_W4);
    const shapes = foldedShapes(buildNetwork(TINY_W4));
    expect([...weights.keys()]).toEqual(shapes.map((tensor) => tensor.name));
    for (const { name, shape } of shapes) {
      expect(weights.get(name)!.shape).toEqual(shape);
      expect(weights.get(name)!.data.length).toBe(shape.reduce((product, size) => product * size, 1));
    }
  });

  it('smooths the input', () => {
    const input = formulaInput(32, 64);
    expect(input.length).toBe(3 * 64 * 32);
    expect(Math.max(...input)).toBeLessThan(4.5);
    expect(new Set(input).size).toBeGreaterThan(6000);
  });
});

describe('npz reader', () => {
  it("reads the golden outputs' shapes", () => {
    const arrays = readNpz(new URL('../fixtures/networks/tiny_w4.npz', import.meta.url));
    expect(floatsOf(arrays, '128x192_0').shape).toEqual([1, 18, 32, 48]);
    expect(floatsOf(arrays, '128x192_1').shape).toEqual([1, 34, 32, 48]);
    expect(() => floatsOf(arrays, 'nothing')).toThrow(/128x192_0/);
  });
});
