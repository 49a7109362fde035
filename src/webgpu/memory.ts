/** Buffers of a device that live and die together. */
export interface GpuMemory {
  readonly device: GPUDevice;
  buffer(descriptor: GPUBufferDescriptor): GPUBuffer;
  /** Frees all buffers made so far. */
  free(): void;
}

export function gpuMemory(device: GPUDevice): GpuMemory {
  const buffers: GPUBuffer[] = [];
  return {
    device,
    buffer(descriptor) {
      const buffer = device.createBuffer(descriptor);
      buffers.push(buffer);
      return buffer;
    },
    free: () => buffers.splice(0).forEach((buffer) => buffer.destroy()),
  };
}

/** Makes something of buffers; if that fails, those made before are freed. */
export function allocated<Result>(device: GPUDevice, make: (memory: GpuMemory) => Result): Result {
  const memory = gpuMemory(device);
  try {
    return make(memory);
  } catch (cause) {
    memory.free();
    throw cause;
  }
}
