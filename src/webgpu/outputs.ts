import type { MapTensor, Network, Output } from '../network/network.ts';
import type { GpuMap } from './kernel.ts';

/** Some consecutive channels of a map in GPU memory. */
export interface GpuOutput {
  readonly map: GpuMap;
  readonly first: number;
  readonly channels: number;
}

/** A network's outputs in GPU memory. */
export interface GpuOutputs {
  readonly heatmaps: GpuOutput;
  readonly centerMap: GpuOutput;
  readonly offsetMap: GpuOutput;
  readonly heatmaps2x?: GpuOutput;
}

/** Where a network's outputs lie. */
export function gpuOutputs({ outputs }: Pick<Network, 'outputs'>, mapOf: (map: MapTensor) => GpuMap): GpuOutputs {
  const { heatmaps, centerMap, offsetMap, heatmaps2x } = outputs;
  const at = ({ map, first, channels }: Output): GpuOutput => ({ map: mapOf(map), first, channels });
  return {
    heatmaps: at(heatmaps),
    centerMap: at(centerMap),
    offsetMap: at(offsetMap),
    ...(heatmaps2x && { heatmaps2x: at(heatmaps2x) }),
  };
}
