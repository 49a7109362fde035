import type { MapTensor, Network, WeightedLayer } from '../network/network.ts';
import { groupsOf, sideOf } from '../network/network.ts';
import type { Parts } from '../network/parts.ts';
import { blocksOf, channelPlaces, partsOf } from '../network/parts.ts';
import type { Weights } from '../network/weights.ts';
import { weightedLayers } from '../network/weights.ts';
import { PANEL } from './assembly/constants.ts';
import type { Call } from './calls.ts';
import { CALL_BYTES, encodeCalls } from './calls.ts';
import type { Engine, Work, Write } from './engine.ts';
import type { FixedMemory } from './fixed-memory.ts';
import { TRANSPOSED_KINDS, usesWinograd } from './fixed-memory.ts';
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
    await engine.execute(packingOf(batch, parts, weights, fixed));
    batch = [];
    bytes = 0;
  }
}

type PartsOf = (map: MapTensor) => Parts;

/** Packs layers' weights from where the maps will be: nothing else runs yet. */
function packingOf(layers: readonly WeightedLayer[], parts: PartsOf, weights: Weights, fixed: FixedMemory): Work {
  const addresses = addressesFrom(fixed.end);
  const packed = layers.map((layer) => packing(layer, parts, weights, fixed, addresses));
  const calls = packed.flatMap((each) => each.calls);
  const program = { address: addresses.take(CALL_BYTES * calls.length), data: encodeCalls(calls) };
  return {
    bytes: addresses.end,
    writes: [...fixed.writes, program, ...packed.flatMap(({ writes }) => writes)],
    calls: program.address,
    count: calls.length,
    reads: [],
  };
}

function packing(
  layer: WeightedLayer,
  parts: PartsOf,
  weights: Weights,
  fixed: FixedMemory,
  addresses: Addresses,
): { calls: Call[]; writes: Write[] } {
  const to = fixed.of(layer);
  const { data } = weights.get(`${layer.name}.weight`)!;
  const bias = weights.get(`${layer.name}.bias`)!.data;
  // One group's input: where its channels lie among its lanes.
  const inputParts = parts(layer.input).slice(0, parts(layer.input).length / groupsOf(layer.input));
  const places = Int32Array.from(channelPlaces(inputParts, LANES));
  const inLanes = blocksOf(inputParts, LANES) * LANES;
  const outGroups = groupsOf(layer.output);
  const lanes = layer.output.channels / outGroups;
  const panels = outGroups * Math.ceil(lanes / PANEL);
  const placedBias = new Float32Array(panels * PANEL);
  channelPlaces(parts(layer.output), LANES).forEach((place, channel) => (placedBias[place] = bias[channel]));
  const writes: Write[] = [{ address: to.bias, data: placedBias }];
  if (layer.op === 'groupConv') {
    const vectors = vectorsOf(data, layer.output.channels, sideOf(layer) ** 2, [...places], inLanes);
    return { calls: [], writes: [...writes, { address: to.weights, data: vectors }] };
  }
  const placesAt = addresses.take(places.byteLength);
  writes.push({ address: placesAt, data: places });
  const pack = (numbers: Float32Array, side: number, output: number): Call => {
    const input = addresses.take(numbers.byteLength);
    writes.push({ address: input, data: numbers });
    return {
      kernel: usesWinograd(layer) ? 'packWinograd' : 'packWeights',
      items: panels,
      input,
      output,
      channels: places.length,
      lanes,
      inLanes,
      places: placesAt,
      side,
    };
  };
  const calls =
    layer.op === 'transposedConv'
      ? Array.from({ length: TRANSPOSED_KINDS }, (_, kind) =>
          pack(kernelsOfKind(data, kind), 2, to.weights + kind * panels * PANEL * 4 * inLanes * 4),
        )
      : [pack(data, sideOf(layer), to.weights)];
  return { calls, writes };
}

/** Weights [out, in, taps] as [out][taps][lanes], 0 where a lane is no channel. */
function vectorsOf(
  data: Float32Array,
  outChannels: number,
  taps: number,
  places: readonly number[],
  lanes: number,
): Float32Array {
  const vectors = new Float32Array(outChannels * taps * lanes);
  let from = 0;
  for (let out = 0; out < outChannels; out++) {
    for (const place of places) {
      for (let tap = 0; tap < taps; tap++) vectors[(out * taps + tap) * lanes + place] = data[from++];
    }
  }
  return vectors;
}

/** Of 4×4 windows the 2×2 that make output cells of one kind (2 · row's parity + column's), in the order of the input cells. */
function kernelsOfKind(data: Float32Array, kind: number): Float32Array {
  const [down, right] = [kind >> 1, kind & 1];
  const windows = new Float32Array(data.length / 4);
  for (let i = 0; i < windows.length; i++) {
    const [row, column] = [3 - down - 2 * ((i >> 1) & 1), 3 - right - 2 * (i & 1)];
    windows[i] = data[(i >> 2) * 16 + row * 4 + column];
  }
  return windows;
}
