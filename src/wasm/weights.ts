import type { Network, WeightedLayer } from '../network/network.ts';
import { kernelOf } from '../network/network.ts';
import type { Parts } from '../network/parts.ts';
import { blocksOf, channelPlaces, partsOf } from '../network/parts.ts';
import type { Weights } from '../network/weights.ts';
import { weightedLayers } from '../network/weights.ts';
import { PANEL } from './assembly/constants.ts';
import type { Call } from './calls.ts';
import { CALL_BYTES, encodeCalls } from './calls.ts';
import type { Engine, Work, Write } from './engine.ts';
import type { FixedMemory } from './fixed-memory.ts';
import { usesWinograd } from './fixed-memory.ts';
import type { Addresses } from './layout.ts';
import { LANES, addressesFrom } from './layout.ts';

/** Weights that are brought into memory at once: more would be held twice for longer, less means more messages. */
const BATCH_BYTES = 4 * 2 ** 20;

/** Brings weights into memory and has the kernels pack them for themselves. */
export async function loadWeights(
  engine: Engine,
  network: Pick<Network, 'layers'>,
  weights: Weights,
  fixed: FixedMemory,
): Promise<void> {
  const parts = partsOf(network);
  let batch: WeightedLayer[] = [];
  let bytes = 0;
  const layers = weightedLayers(network);
  for (const layer of layers) {
    batch.push(layer);
    bytes += weights.get(`${layer.name}.weight`)!.data.byteLength;
    if (bytes < BATCH_BYTES && layer !== layers.at(-1)) continue;
    await engine.execute(packingOf(batch, (each) => parts(each.input), weights, fixed));
    batch = [];
    bytes = 0;
  }
}

/** Packs layers' weights from where the maps will be: nothing else runs yet. */
function packingOf(
  layers: readonly WeightedLayer[],
  inputParts: (layer: WeightedLayer) => Parts,
  weights: Weights,
  fixed: FixedMemory,
): Work {
  const addresses = addressesFrom(fixed.end);
  const packed = layers.map((layer) => packing(layer, inputParts(layer), weights, fixed, addresses));
  const calls = { address: addresses.take(CALL_BYTES * layers.length), data: encodeCalls(packed.map(({ call }) => call)) };
  return {
    bytes: addresses.end,
    writes: [...fixed.writes, calls, ...packed.flatMap(({ writes }) => writes)],
    calls: calls.address,
    count: layers.length,
    reads: [],
  };
}

function packing(
  layer: WeightedLayer,
  inputParts: Parts,
  weights: Weights,
  fixed: FixedMemory,
  addresses: Addresses,
): { call: Call; writes: Write[] } {
  const to = fixed.of(layer);
  const { channels: lanes } = layer.output;
  const items = Math.ceil(lanes / PANEL);
  const { data } = weights.get(`${layer.name}.weight`)!;
  const bias = new Float32Array(items * PANEL);
  bias.set(weights.get(`${layer.name}.bias`)!.data);
  const places = Int32Array.from(channelPlaces(inputParts, LANES));
  const input = addresses.take(data.byteLength);
  const placesAt = addresses.take(places.byteLength);
  return {
    call: {
      kernel: usesWinograd(layer) ? 'packWinograd' : 'packWeights',
      items,
      input,
      output: to.weights,
      channels: places.length,
      lanes,
      inLanes: blocksOf(inputParts, LANES) * LANES,
      places: placesAt,
      side: kernelOf(layer),
    },
    writes: [
      { address: placesAt, data: places },
      { address: input, data },
      { address: to.bias, data: bias },
    ],
  };
}
