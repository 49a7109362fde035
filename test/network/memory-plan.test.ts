import { expect, it } from 'vitest';
import { namedModel } from '../../src/model/named-models.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { inspectedMaps } from '../../src/network/inspectable.ts';
import { planMemory } from '../../src/network/memory-plan.ts';
import type { MapTensor } from '../../src/network/network.ts';
import { outputMaps } from '../../src/network/network.ts';

const MIB = 2 ** 20;

it('takes little more memory for maps that are kept than they hold', () => {
  const network = buildNetwork(namedModel('coco_w32')!);
  const bytesOf = ({ channels, stride }: MapTensor): number => 4 * channels * (512 / stride) ** 2;
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const planned = (kept: readonly MapTensor[]): number =>
    sum(planMemory(network.layers, [network.input], kept, bytesOf).slots) / MIB;
  const [outputs, inspected] = [outputMaps(network), inspectedMaps(network)];
  const held = (sum(inspected.map(bytesOf)) - sum(outputs.map(bytesOf))) / MIB;
  expect(held).toBe(2);
  expect(planned(outputs)).toBeLessThan(102);
  expect(planned(inspected) - planned(outputs)).toBeLessThanOrEqual(held);
});
