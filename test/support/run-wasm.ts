import { expect } from 'vitest';
import type { Layer, MapTensor } from '../../src/network/network.ts';
import { channelPlaces, partsOf } from '../../src/network/parts.ts';
import type { Weights } from '../../src/network/weights.ts';
import type { Engine } from '../../src/wasm/engine.ts';
import { layOutFixedMemory } from '../../src/wasm/fixed-memory.ts';
import { LANES } from '../../src/wasm/layout.ts';
import { createNetworkProgram } from '../../src/wasm/network-program.ts';
import { loadWeights } from '../../src/wasm/weights.ts';

/** `RunLayers` on WebAssembly. Outputs are NaN before, so that what a kernel leaves out shows. */
export async function runLayers(
  engine: Engine,
  layers: readonly Layer[],
  given: ReadonlyMap<MapTensor, Float32Array>,
  weights: Weights,
  width: number,
  height: number,
): Promise<Float32Array> {
  const fixed = layOutFixedMemory({ layers }, engine.threads);
  const { output } = layers.at(-1)!;
  const program = createNetworkProgram({ layers }, [...given.keys()], [output], fixed, engine.threads, width, height);
  await loadWeights(engine, { layers }, weights, fixed);
  const work = program.work([...given.values()]);
  const unwritten = layers.map((layer) => {
    const { address, bytes } = program.mapOf(layer.output);
    return { address, data: new Float32Array(bytes / 4).fill(NaN) };
  });
  const map = program.mapOf(output);
  const [cells] = await engine.execute({
    ...work,
    writes: [...unwritten, ...work.writes],
    reads: [{ address: map.address, length: map.bytes / 4 }],
  });
  return planesOf(cells, map.lanes, channelPlaces(partsOf({ layers })(output), LANES));
}

/** [cells][lanes] as planes; lanes that are no channel must be 0, for later kernels read them. */
function planesOf(cells: Float32Array, lanes: number, places: readonly number[]): Float32Array {
  const count = cells.length / lanes;
  const channelAt = new Map(places.map((place, channel) => [place, channel]));
  const planes = new Float32Array(places.length * count);
  cells.forEach((value, i) => {
    const channel = channelAt.get(i % lanes);
    if (channel !== undefined) planes[channel * count + Math.floor(i / lanes)] = value;
    else if (value !== 0) expect.fail(`padding lane ${i % lanes} of cell ${Math.floor(i / lanes)} holds ${value}`);
  });
  return planes;
}
