import type { MapTensor, Network } from '../network/network.ts';
import type { PerOutput } from '../network/output-maps.ts';
import { mapOutputs } from '../network/output-maps.ts';
import type { GpuMap } from './kernel.ts';

/** Some consecutive channels of a map in GPU memory. */
export interface GpuOutput {
  readonly map: GpuMap;
  readonly first: number;
  readonly channels: number;
}

/** A network's outputs in GPU memory. */
export type GpuOutputs = PerOutput<GpuOutput>;

/** Where a network's outputs lie. */
export function gpuOutputs({ outputs }: Pick<Network, 'outputs'>, mapOf: (map: MapTensor) => GpuMap): GpuOutputs {
  return mapOutputs(outputs, (output) => ({ ...output, map: mapOf(output.map) }));
}
