import type { MapTensor, Network, WeightedLayer } from '../network/network.ts';
import { groupsOf, sideOf } from '../network/network.ts';
import { blocksOf, partsOf } from '../network/parts.ts';
import { weightedLayers } from '../network/weights.ts';
import { CONTROL_ADDRESS, PANEL, ROWS, TILE, WINOGRAD_PRODUCTS } from './assembly/constants.ts';
import { CONTROL_FIELDS } from './calls.ts';
import type { Write } from './engine.ts';
import { LANES, addressesFrom } from './layout.ts';

/** Addresses of one layer's weights, packed for its kernel. */
export interface WasmWeights {
  readonly weights: number;
  readonly bias: number;
}

/** What lies in memory from frame to frame, whatever the input's size. */
export interface FixedMemory {
  /** What threads share and zeros: goes with every program. */
  readonly writes: readonly Write[];
  of(layer: WeightedLayer): WasmWeights;
  /** The first byte behind all this. */
  readonly end: number;
}

/** Most pairs of channels for Winograd's algorithm, whose weights are four times as large. */
const MOST_WINOGRAD_PAIRS = 128 * 128;

/** Whether a layer is run by Winograd's algorithm. */
export function usesWinograd(layer: WeightedLayer): boolean {
  return (
    layer.op === 'conv' &&
    layer.side === 3 &&
    layer.stride === 1 &&
    layer.input.channels * layer.output.channels <= MOST_WINOGRAD_PAIRS
  );
}

/** Output cells of a transposed convolution are of four kinds, by the parities of row and column, with weights of their own. */
export const TRANSPOSED_KINDS = 4;

/** 256 KiB: with the weights of eight channels it fits second-level caches. */
const WINDOW_FLOATS = 65536;

/** Windows whose transformed input is held at once. */
export function windowsFor(lanes: number): number {
  return Math.max(1, Math.floor(WINDOW_FLOATS / (WINOGRAD_PRODUCTS * lanes * TILE))) * TILE;
}

/** Products per output channel, input lane and output cell or window; of all kinds of cells, if there are several. */
function productsOf(layer: WeightedLayer): number {
  return usesWinograd(layer) ? WINOGRAD_PRODUCTS : sideOf(layer) ** 2;
}

/** Lays out what threads share, zeros, the threads' working memory, and all weights. */
export function layOutFixedMemory(network: Pick<Network, 'layers'>, threads: number): FixedMemory {
  const parts = partsOf(network);
  const lanesOf = (map: MapTensor): number => blocksOf(parts(map), LANES) * LANES;
  const groupLanesOf = (map: MapTensor): number => lanesOf(map) / groupsOf(map);
  const layers = weightedLayers(network);
  const most = (size: (layer: WeightedLayer) => number): number => Math.max(0, ...layers.map(size));

  const addresses = addressesFrom(CONTROL_ADDRESS);
  const controlAt = addresses.take(CONTROL_FIELDS.length * 4);
  const zeros = new Float32Array(most(({ input }) => lanesOf(input)));
  const zerosAt = addresses.take(zeros.byteLength);
  const scratchBytes =
    4 *
    most((layer) => {
      const lanes = groupLanesOf(layer.input);
      return usesWinograd(layer)
        ? WINOGRAD_PRODUCTS * ((1 + TILE + windowsFor(lanes)) * lanes + windowsFor(lanes) * PANEL)
        : ROWS * sideOf(layer) ** 2 * lanes + TILE * lanes;
    });
  const scratch = addresses.take(scratchBytes * threads);
  const places = new Map(
    layers.map((layer): [string, WasmWeights] => {
      const outLanes = lanesOf(layer.output);
      return [
        layer.name,
        {
          weights: addresses.take(4 * outLanes * productsOf(layer) * groupLanesOf(layer.input)),
          bias: addresses.take(4 * outLanes),
        },
      ];
    }),
  );
  const control = { arrived: 0, passed: 0, zeros: zerosAt, scratch, scratchBytes };
  return {
    writes: [
      { address: controlAt, data: Int32Array.from(CONTROL_FIELDS, (field) => control[field]) },
      { address: zerosAt, data: zeros },
    ],
    of: (layer) => places.get(layer.name)!,
    end: addresses.end,
  };
}
