import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../src/network/build.ts';
import { layerInputs } from '../../src/network/ops.ts';
import { checkpointShapes, isIdleCheckpointName } from '../../src/network/weights.ts';
import { COCO_W32, TINY_W4 } from '../support/models.ts';

/** (name, shape) of every tensor of the official checkpoint that carries something. */
function officialTensors(id: string): Map<string, number[]> {
  const url = new URL(`../fixtures/networks/${id}.keys.json`, import.meta.url);
  const keys: [string, number[]][] = JSON.parse(readFileSync(url, 'utf8'));
  return new Map(keys.filter(([name]) => !isIdleCheckpointName(name)));
}

describe('coco_w32 as data', () => {
  const network = buildNetwork(COCO_W32);

  it.each([COCO_W32, TINY_W4])("names $id's tensors as the official checkpoint does", (model) => {
    const ours = new Map(checkpointShapes(buildNetwork(model)).map((t) => [t.name, [...t.shape]]));
    const official = officialTensors(model.id);
    expect(ours.size).toBe(official.size);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(official));
  });

  it('reads only tensors that an earlier layer wrote', () => {
    const written = new Set([network.input.id]);
    for (const layer of network.layers) {
      for (const input of layerInputs(layer)) expect(written).toContain(input.id);
      written.add(layer.output.id);
    }
  });
});
