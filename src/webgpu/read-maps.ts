import type { Network } from '../network/network.ts';
import { outputMaps } from '../network/network.ts';
import { networkMaps, slicePlanes } from '../network/output-maps.ts';
import type { NetworkMaps } from '../ops/network-maps.ts';
import type { Planes } from '../ops/planes.ts';
import { watchStart } from './error-scopes.ts';
import type { GpuMap } from './kernel.ts';
import { unpackMap } from './layout.ts';
import { gpuMemory } from './memory.ts';

/**
 * The outputs in the maps that the last submission wrote.
 *
 * @param maps in the order of `outputMaps`.
 * @throws ManyposeError `out-of-memory`, `gpu-error`.
 */
export async function readMaps(device: GPUDevice, network: Network, maps: readonly GpuMap[]): Promise<NetworkMaps> {
  const memory = gpuMemory(device);
  try {
    const offsets: number[] = [];
    let size = 0;
    for (const { range } of maps) {
      offsets.push(size);
      size += range.size;
    }
    const staging = await watchStart(device, async () => {
      const buffer = memory.buffer({ label: 'maps readback', size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      const encoder = device.createCommandEncoder({ label: 'read maps' });
      maps.forEach(({ range }, i) => encoder.copyBufferToBuffer(range.buffer, range.offset, buffer, offsets[i], range.size));
      device.queue.submit([encoder.finish()]);
      await buffer.mapAsync(GPUMapMode.READ);
      return buffer;
    });
    const packed = staging.getMappedRange();
    const planes = maps.map(({ shape, range }, i): Planes => ({
      channels: shape.parts.reduce((sum, channels) => sum + channels, 0),
      width: shape.width,
      height: shape.height,
      values: unpackMap(new Float32Array(packed, offsets[i], range.size / 4), shape),
    }));
    const held = outputMaps(network);
    return networkMaps(network.outputs, (output) => slicePlanes(planes[held.indexOf(output.map)], output));
  } finally {
    memory.free();
  }
}
