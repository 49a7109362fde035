import { createCpuRunner } from '../../src/cpu/runner.ts';
import type { InspectedMaps } from '../../src/network/inspected-maps.ts';
import type { Network } from '../../src/network/network.ts';
import type { Weights } from '../../src/network/weights.ts';
import { createMapsRuntime } from '../../src/runtime/maps-runtime.ts';
import { formulaInput } from './formula-weights.ts';

/** What the operations' references make of the formula's input, or of another [3, height, width]. */
export function referenceMaps(
  network: Network,
  weights: Weights,
  width: number,
  height: number,
  input: Float32Array = formulaInput(width, height),
): Promise<InspectedMaps> {
  return createMapsRuntime(createCpuRunner(network, weights), network).runMaps(input, width, height);
}
