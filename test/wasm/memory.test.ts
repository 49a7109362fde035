import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../src/network/build.ts';
import { lastReaders } from '../../src/network/memory-plan.ts';
import type { MapTensor } from '../../src/network/network.ts';
import { outputMaps } from '../../src/network/network.ts';
import { layerInputs } from '../../src/network/ops.ts';
import { weightedLayers } from '../../src/network/weights.ts';
import { layOutFixedMemory } from '../../src/wasm/fixed-memory.ts';
import { createNetworkProgram } from '../../src/wasm/network-program.ts';
import { COCO_W32, TINY_W4 } from '../support/models.ts';

type Range = readonly [name: string, from: number, to: number];

/** Fails if two ranges overlap. */
function expectApart(ranges: readonly Range[]): void {
  const sorted = [...ranges].sort((a, b) => a[1] - b[1]);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i][1] < sorted[i - 1][2]) expect.fail(`${sorted[i - 1]} and ${sorted[i]} overlap`);
  }
}

describe.each([TINY_W4, COCO_W32])('the memory of $id', (model) => {
  const network = buildNetwork(model);
  const fixed = layOutFixedMemory(network, 3);

  it('has all weights beside each other, behind what threads share', () => {
    const starts = weightedLayers(network).flatMap((layer) => Object.values(fixed.of(layer)));
    const places = [...fixed.writes.map(({ address }) => address), ...starts];
    expect(new Set(places).size).toBe(places.length);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.max(...places)).toBeLessThan(fixed.end);
  });

  it.each([
    [512, 512],
    [96, 160],
  ])('gives every map of a %i×%i input a place of its own while it is read', (width, height) => {
    const outputs = outputMaps(network);
    const program = createNetworkProgram(network, [network.input], outputs, fixed, 3, width, height);
    const { bytes, writes, reads } = program.work([new Float32Array(3 * width * height)]);
    const rangeOf = (map: MapTensor): Range => {
      const { address, bytes: size } = program.mapOf(map);
      return [map.label, address, address + size];
    };
    // Planes and calls keep their places all the time.
    const always: Range[] = [
      ['what stays', 0, fixed.end],
      ['the end', bytes, bytes + 1],
      ...writes.slice(fixed.writes.length).map(({ address, data }): Range => ['written', address, address + data.byteLength]),
      ...reads.map(({ address, length }): Range => ['read', address, address + length * 4]),
    ];
    const lastReader = lastReaders(network.layers, outputs);
    const alive = new Map([[network.input.id, network.input]]);
    network.layers.forEach((layer, i) => {
      alive.set(layer.output.id, layer.output);
      for (const input of layerInputs(layer)) expect(alive.has(input.id)).toBe(true);
      expectApart([...always, ...[...alive.values()].map(rangeOf)]);
      for (const id of alive.keys()) if (lastReader.get(id)! <= i) alive.delete(id);
    });
    expect([...alive.values()]).toEqual(outputs);
  });
});
