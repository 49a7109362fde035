import type { MapTensor, Network, WeightedLayer } from '../network/network.ts';
import { kernelOf } from '../network/network.ts';
import { blocksOf, partsOf } from '../network/parts.ts';
import { weightedLayers } from '../network/weights.ts';
import { CONTROL_ADDRESS, PANEL, ROWS, TILE } from './assembly/constants.ts';
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

/** Lays out what threads share, zeros, the threads' working memory, and all weights. */
export function layOutFixedMemory(network: Pick<Network, 'layers'>, threads: number): FixedMemory {
  const parts = partsOf(network);
  const lanesOf = (map: MapTensor): number => blocksOf(parts(map), LANES) * LANES;
  const layers = weightedLayers(network);
  const most = (size: (layer: WeightedLayer) => number): number => Math.max(0, ...layers.map(size));

  const addresses = addressesFrom(CONTROL_ADDRESS);
  const controlAt = addresses.take(CONTROL_FIELDS.length * 4);
  const zeros = new Float32Array(most(({ input }) => lanesOf(input)));
  const zerosAt = addresses.take(zeros.byteLength);
  const scratchBytes = 4 * most((layer) => {
    const lanes = lanesOf(layer.input);
    return ROWS * kernelOf(layer) ** 2 * lanes + TILE * lanes;
  });
  const scratch = addresses.take(scratchBytes * threads);
  const places = new Map(layers.map((layer): [string, WasmWeights] => {
    const outLanes = Math.ceil(layer.output.channels / PANEL) * PANEL;
    return [layer.name, {
      weights: addresses.take(4 * outLanes * kernelOf(layer) ** 2 * lanesOf(layer.input)),
      bias: addresses.take(4 * outLanes),
    }];
  }));
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

