import type { MapTensor, Network } from '../network/network.ts';
import { outputMaps } from '../network/network.ts';
import type { GpuMap } from './kernel.ts';

/** Some consecutive channels of a map in GPU memory. */
export interface GpuOutput {
  readonly map: GpuMap;
  readonly first: number;
}

/** A network's outputs in GPU memory, as far as candidates are found in them there. */
export type GpuOutputs = Readonly<Record<'heatmaps' | 'centerMap' | 'offsetMap', GpuOutput>>;

/** Where a network's outputs lie. */
export function gpuOutputs({ outputs }: Pick<Network, 'outputs'>, mapOf: (map: MapTensor) => GpuMap): GpuOutputs {
  const at = ({ map, first }: { map: MapTensor; first: number }): GpuOutput => ({ map: mapOf(map), first });
  return { heatmaps: at(outputs.heatmaps), centerMap: at(outputs.centerMap), offsetMap: at(outputs.offsetMap) };
}

/** Copies of the maps that hold outputs, made by `like`, and the outputs in them. */
export function outputsLike(
  network: Pick<Network, 'outputs'>,
  like: (map: MapTensor) => GpuMap,
): { maps: GpuMap[]; outputs: GpuOutputs } {
  const copies = new Map(outputMaps(network).map((map) => [map.id, like(map)]));
  return { maps: [...copies.values()], outputs: gpuOutputs(network, (map) => copies.get(map.id)!) };
}
