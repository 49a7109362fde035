import { ManyposeError } from '../errors.ts';
import { planMemory } from '../network/memory-plan.ts';
import type { MapTensor, Network } from '../network/network.ts';
import { partsOf } from '../network/parts.ts';
import type { GpuMap, KernelCall } from './kernel.ts';
import { mapShape } from './layout.ts';
import type { GpuMemory } from './memory.ts';
import type { LoadedLayers } from './loaded-layers.ts';

/** A network at one input size: its buffers, and the calls that run it. */
export interface NetworkProgram {
  readonly calls: readonly KernelCall[];
  mapOf(map: MapTensor): GpuMap;
  /** Bytes of all maps' buffers. */
  readonly bytes: number;
}

/** The parts of a network that running it needs; tests run single layers. */
export type RunnableNetwork = Pick<Network, 'layers'>;

/**
 * Plans a network's memory for an input size, makes its buffers and lowers its layers to calls.
 *
 * @param given maps written from outside; `kept` ones are read from outside.
 * @throws ManyposeError `out-of-memory` if a map is larger than this GPU lets a shader bind.
 */
export function createNetworkProgram(
  memory: GpuMemory,
  network: RunnableNetwork,
  given: readonly MapTensor[],
  kept: readonly MapTensor[],
  loaded: LoadedLayers,
  width: number,
  height: number,
): NetworkProgram {
  const parts = partsOf(network);
  const shapeOf = (map: MapTensor) => mapShape(map, parts(map), width, height);
  const plan = planMemory(network.layers, given, [...given, ...kept], (map) => shapeOf(map).bytes);
  checkSizes(memory.device, plan.slots, width, height);
  const buffers = plan.slots.map((size, i) =>
    memory.buffer({
      label: `maps ${i}, ${width}×${height}`,
      size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    }),
  );
  const mapOf = (map: MapTensor): GpuMap => {
    const shape = shapeOf(map);
    const buffer = buffers[plan.slotOf.get(map.id)!];
    return { shape, range: { buffer, offset: 0, size: shape.bytes } };
  };
  return {
    calls: network.layers.flatMap((layer) => loaded.callsOf(layer, mapOf)),
    mapOf,
    bytes: plan.slots.reduce((sum, bytes) => sum + bytes, 0),
  };
}

function checkSizes(device: GPUDevice, slots: readonly number[], width: number, height: number): void {
  const limit = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  const largest = Math.max(...slots);
  if (largest <= limit) return;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  throw new ManyposeError(
    'out-of-memory',
    `a ${width}×${height} input needs a buffer of ${megabytes(largest)}, this GPU allows ${megabytes(limit)}: ` +
      'choose a smaller inputSize',
  );
}
