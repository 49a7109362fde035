import type { MapTensor } from '../network/network.ts';
import { outputMaps } from '../network/network.ts';
import type { PreparedDispatch } from './dispatch.ts';
import { prepareCalls } from './dispatch.ts';
import type { GpuMap, KernelCall } from './kernel.ts';
import { wholeBuffer } from './kernel.ts';
import { flipMergeCall, flipSources, packFlipSources } from './kernels/flip-merge.ts';
import type { LoadedNetwork } from './loaded-network.ts';
import type { GpuMemory } from './memory.ts';
import { outputsLike } from './outputs.ts';

/** The flip test: what merges the mirrored run with the plain one, and finds candidates in the result. */
export interface FlipProgram {
  /** Where the plain run's maps are to be copied to before the mirrored run, in the order of `outputMaps`. */
  readonly plain: readonly GpuMap[];
  /** Likewise the result. */
  readonly merged: readonly GpuMap[];
  readonly calls: readonly PreparedDispatch[];
}

export function createFlipProgram(
  memory: GpuMemory,
  loaded: LoadedNetwork,
  label: string,
  mapOf: (map: MapTensor) => GpuMap,
): FlipProgram {
  const { device, network, pipelines, candidates } = loaded;
  const make = (name: string, size: number): GPUBuffer =>
    memory.buffer({
      label: `${name} ${label}`,
      size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
  const like =
    (name: string) =>
    (map: MapTensor): GpuMap => {
      const { shape } = mapOf(map);
      return { shape, range: wholeBuffer(make(name, shape.bytes)) };
    };
  const plain = outputsLike(network, like('plain run'));
  const merged = outputsLike(network, like('merged'));
  const calls = outputMaps(network).map((map, i): KernelCall => {
    const table = packFlipSources(flipSources(map, network));
    const buffer = make('flip sources', table.byteLength);
    device.queue.writeBuffer(buffer, 0, table);
    return flipMergeCall(`merge ${map.label}`, plain.maps[i], mapOf(map), wholeBuffer(buffer), merged.maps[i]);
  });
  return {
    plain: plain.maps,
    merged: merged.maps,
    calls: prepareCalls(memory, pipelines, `flip test ${label}`, [...calls, ...candidates.callsFor(merged.outputs)]),
  };
}
