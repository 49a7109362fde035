import { mapOutputs, slicePlanes } from '../network/output-maps.ts';
import type { NetworkMaps } from '../ops/network-maps.ts';
import type { Planes } from '../ops/planes.ts';
import { watchStart } from './error-scopes.ts';
import type { GpuMap } from './kernel.ts';
import { unpackMap } from './pack-maps.ts';
import { gpuMemory } from './memory.ts';
import type { GpuOutput, GpuOutputs } from './outputs.ts';
import { queueWait } from './queue-wait.ts';

/**
 * Outputs as the last submission left them.
 *
 * @throws ManyposeError `out-of-memory`, `gpu-error`.
 */
export async function readOutputs(device: GPUDevice, outputs: GpuOutputs): Promise<NetworkMaps> {
  // Each map is read once, whatever outputs lie in it; maps that live at once have buffers of their own.
  const maps = new Map(Object.values(outputs).map(({ map }: GpuOutput): [GPUBuffer, GpuMap] => [map.range.buffer, map]));
  const planes = await readMaps(device, [...maps.values()]);
  const places = [...maps.keys()];
  return mapOutputs(outputs, (output) => slicePlanes(planes[places.indexOf(output.map.range.buffer)], output));
}

/**
 * Maps as the last submission left them, each once.
 *
 * @throws ManyposeError `out-of-memory`, `gpu-error`.
 */
export async function readMaps(device: GPUDevice, maps: readonly GpuMap[]): Promise<Planes[]> {
  const memory = gpuMemory(device);
  try {
    const places: number[] = [];
    let size = 0;
    for (const { range } of maps) {
      places.push(size);
      size += range.size;
    }
    const staging = await watchStart(device, async () => {
      const buffer = memory.buffer({ label: 'maps readback', size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      const encoder = device.createCommandEncoder({ label: 'read maps' });
      maps.forEach(({ range }, i) => encoder.copyBufferToBuffer(range.buffer, range.offset, buffer, places[i], range.size));
      device.queue.submit([encoder.finish()]);
      await queueWait(device.queue, buffer.mapAsync(GPUMapMode.READ));
      return buffer;
    });
    const packed = staging.getMappedRange();
    return maps.map(({ shape, range }, i): Planes => ({
      channels: shape.parts.reduce((sum, channels) => sum + channels, 0),
      width: shape.width,
      height: shape.height,
      values: unpackMap(new Float32Array(packed, places[i], range.size / 4), shape),
    }));
  } finally {
    memory.free();
  }
}
