import type { Network, WeightedLayer } from '../network/network.ts';
import { kernelOf } from '../network/network.ts';
import { blocksOf, channelPlaces, partsOf } from '../network/parts.ts';
import type { Weights } from '../network/weights.ts';
import { weightedLayers } from '../network/weights.ts';
import { PANEL } from './assembly/constants.ts';
import { CALL_BYTES, encodeCalls } from './calls.ts';
import type { Engine, Work } from './engine.ts';
import type { FixedMemory } from './fixed-memory.ts';
import { usesWinograd } from './fixed-memory.ts';
import { LANES, addressesFrom } from './layout.ts';

/** Brings weights into memory, a layer at a time, and has the kernels pack them for themselves. */
export async function loadWeights(
  engine: Engine, network: Pick<Network, 'layers'>, weights: Weights, fixed: FixedMemory,
): Promise<void> {
  const parts = partsOf(network);
  for (const layer of weightedLayers(network)) {
    await engine.execute(packing(layer, channelPlaces(parts(layer.input), LANES), blocksOf(parts(layer.input), LANES) * LANES));
  }

  function packing(layer: WeightedLayer, places: readonly number[], inLanes: number): Work {
    const { data } = weights.get(`${layer.name}.weight`)!;
    const to = fixed.of(layer);
    // Where the maps will be: nothing runs yet.
    const addresses = addressesFrom(fixed.end);
    const calls = addresses.take(CALL_BYTES);
    const placesAt = addresses.take(places.length * 4);
    const input = addresses.take(data.byteLength);
    const { channels } = layer.output;
    const panels = Math.ceil(channels / PANEL);
    const bias = new Float32Array(panels * PANEL);
    bias.set(weights.get(`${layer.name}.bias`)!.data);
    return {
      bytes: addresses.end,
      writes: [
        ...fixed.writes,
        { address: calls, data: encodeCalls([{
          kernel: usesWinograd(layer) ? 'packWinograd' : 'packWeights', items: panels, input, output: to.weights,
          channels: places.length, lanes: channels, inLanes, places: placesAt, side: kernelOf(layer),
        }]) },
        { address: placesAt, data: Int32Array.from(places) },
        { address: input, data },
        { address: to.bias, data: bias },
      ],
      calls,
      count: 1,
      reads: [],
    };
  }
}
