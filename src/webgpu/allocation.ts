/** GPU objects that hold memory and are freed together. */
export interface Allocation {
  buffer(descriptor: GPUBufferDescriptor): GPUBuffer;
  destroy(): void;
}

/**
 * Makes something out of buffers; those that were made before a failure are freed.
 *
 * @param make is given the allocation, to free later what it made.
 */
export function allocate<Result>(device: GPUDevice, make: (memory: Allocation) => Result): Result {
  const buffers: GPUBuffer[] = [];
  const memory: Allocation = {
    buffer(descriptor) {
      const buffer = device.createBuffer(descriptor);
      buffers.push(buffer);
      return buffer;
    },
    destroy: () => buffers.splice(0).forEach((buffer) => buffer.destroy()),
  };
  try {
    return make(memory);
  } catch (cause) {
    memory.destroy();
    throw cause;
  }
}
