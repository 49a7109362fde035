import { expect } from 'vitest';
import type { Layer, MapTensor } from '../../src/network/network.ts';
import { partsOf } from '../../src/network/parts.ts';
import type { Weights } from '../../src/network/weights.ts';
import { prepareCalls, recordDispatches } from '../../src/webgpu/dispatch.ts';
import type { BufferRange, GpuMap, KernelCall } from '../../src/webgpu/kernel.ts';
import { wholeBuffer } from '../../src/webgpu/kernel.ts';
import type { Parts } from '../../src/network/parts.ts';
import type { MapShape } from '../../src/webgpu/layout.ts';
import { channelPlaces } from '../../src/network/parts.ts';
import { LANES, mapShape } from '../../src/webgpu/layout.ts';
import { packMap, unpackMap } from '../../src/webgpu/pack-maps.ts';
import { choosing, variantsOf } from '../../src/webgpu/kernels/table.ts';
import { gpuMemory } from '../../src/webgpu/memory.ts';
import { createNetworkProgram } from '../../src/webgpu/network-program.ts';
import { pipelinesOf } from '../../src/webgpu/pipelines.ts';
import { loadLayers } from '../../src/webgpu/loaded-layers.ts';

/** What a kernel's test does on the GPU. */
export interface TestGpu {
  /** A buffer that holds the data. */
  buffer(data: ArrayBuffer | ArrayBufferView<ArrayBuffer>): BufferRange;
  /** A map of planes [channels, height, width]; without them NaN everywhere, so that what a kernel leaves out shows. */
  map(shape: MapShape, planes?: Float32Array): GpuMap;
  run(calls: readonly KernelCall[]): Promise<void>;
  read(range: BufferRange): Promise<ArrayBuffer>;
  /** A map's planes; lanes that are no channel must be 0, for later kernels read them. */
  planes(map: GpuMap): Promise<Float32Array>;
}

/** Does the work in error scopes: whatever the GPU finds wrong fails the test. Frees all buffers after it. */
export async function onGpu<Result>(device: GPUDevice, work: (gpu: TestGpu) => Promise<Result>): Promise<Result> {
  const filters = ['validation', 'out-of-memory', 'internal'] as const;
  for (const filter of filters) device.pushErrorScope(filter);
  const buffers: GPUBuffer[] = [];
  const [outcome] = await Promise.allSettled([work(testGpu(device, buffers))]);
  const errors = await Promise.all(filters.map(() => device.popErrorScope()));
  for (const buffer of buffers) buffer.destroy();
  for (const error of errors) if (error) throw new Error(`the GPU reports: ${error.message}`);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

function testGpu(device: GPUDevice, buffers: GPUBuffer[]): TestGpu {
  const make = (label: string, size: number, usage: number): GPUBuffer => {
    const buffer = device.createBuffer({ label, size, usage });
    buffers.push(buffer);
    return buffer;
  };
  const gpu: TestGpu = {
    buffer(data) {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      const buffer = make('test data', data.byteLength, usage);
      device.queue.writeBuffer(buffer, 0, data);
      return wholeBuffer(buffer);
    },
    map: (shape, planes) => ({
      shape,
      range: gpu.buffer(planes ? packMap(planes, shape) : new Float32Array(shape.bytes / 4).fill(NaN)),
    }),
    run: (calls) => run(device, calls),
    async read({ buffer, offset, size }) {
      const staging = make('readback', size, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
      const encoder = device.createCommandEncoder({ label: 'read' });
      encoder.copyBufferToBuffer(buffer, offset, staging, 0, size);
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      return staging.getMappedRange().slice(0);
    },
    async planes({ shape, range }) {
      const packed = new Float32Array(await gpu.read(range));
      expectEmptyPadding(packed, shape);
      return unpackMap(packed, shape);
    },
  };
  return gpu;
}

async function run(device: GPUDevice, calls: readonly KernelCall[]): Promise<void> {
  const pipelines = pipelinesOf(device);
  await pipelines.compile(calls);
  const memory = gpuMemory(device);
  const dispatches = prepareCalls(memory, pipelines, 'test', calls);
  const encoder = device.createCommandEncoder({ label: 'test' });
  const pass = encoder.beginComputePass({ label: 'test' });
  recordDispatches(pass, dispatches);
  pass.end();
  device.queue.submit([encoder.finish()]);
  memory.free();
}

function expectEmptyPadding(packed: Float32Array, { parts, blocks, width, height }: MapShape): void {
  const used = new Set(channelPlaces(parts, LANES));
  const cells = width * height;
  for (let place = 0; place < blocks * LANES; place++) {
    if (used.has(place)) continue;
    const from = Math.floor(place / LANES) * cells * LANES + (place % LANES);
    for (let i = 0; i < cells; i++) {
      const value = packed[from + i * LANES];
      if (value !== 0) expect.fail(`padding lane ${place} of cell ${i} holds ${value}`);
    }
  }
}

/** Shape of a map of some parts, at its own size in cells. */
export function shapeOf(parts: Parts, width: number, height: number): MapShape {
  const channels = parts.reduce((sum, part) => sum + part, 0);
  return mapShape({ id: 0, label: 'map', channels, stride: 1 }, parts, width, height);
}

/**
 * Runs layers the way the runtime does: planned, lowered to calls, with packed weights.
 *
 * @param given planes of every map that no layer writes.
 * @param width size of a map of stride 1 in cells; likewise height.
 * @param variant of the kernels that have one of this id.
 * @returns planes of the last layer's output.
 */
export function runLayers(
  device: GPUDevice,
  layers: readonly Layer[],
  given: ReadonlyMap<MapTensor, Float32Array>,
  weights: Weights,
  width: number,
  height: number,
  variant = 'plain',
): Promise<Float32Array> {
  return onGpu(device, async (gpu) => {
    const memory = gpuMemory(device);
    const variants = await variantsOf(layers, partsOf({ layers }), choosing(variant));
    const loaded = loadLayers(memory, { layers }, weights, variants);
    const { output } = layers.at(-1)!;
    const program = createNetworkProgram(memory, { layers }, [...given.keys()], [output], loaded, width, height);
    try {
      const write = (map: MapTensor, planes?: Float32Array): void => {
        const { range, shape } = program.mapOf(map);
        const packed = planes ? packMap(planes, shape) : new Float32Array(shape.bytes / 4).fill(NaN);
        device.queue.writeBuffer(range.buffer, range.offset, packed);
      };
      for (const layer of layers) write(layer.output);
      for (const [map, planes] of given) write(map, planes);
      await gpu.run(program.calls);
      return await gpu.planes(program.mapOf(output));
    } finally {
      memory.free();
    }
  });
}
