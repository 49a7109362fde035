/** What a test watches and spoils of a device: the calls that make buffers and textures. */
export interface FaultyDevice {
  readonly device: GPUDevice;
  /** Buffers and textures that were made and not destroyed. */
  live(): number;
  /** Buffers and textures made so far. */
  made(): number;
  /**
   * Spoils the making of one buffer or texture, counted from the next one as 0: 'refused' as browsers
   * do when memory cannot be mapped, 'invalid' by asking for what the device finds wrong.
   */
  spoil(nth: number, how: 'refused' | 'invalid'): void;
}

/** A real device whose buffers and textures are counted, and fail when told to. */
export function faultyDevice(device: GPUDevice): FaultyDevice & { restore(): void } {
  const { createBuffer, createTexture } = device;
  const living = new Set<object>();
  let count = 0;
  let spoilt: { at: number; how: 'refused' | 'invalid' } | undefined;

  const counted = <Made extends { destroy(): undefined }>(make: (how?: 'invalid') => Made): Made => {
    const due = spoilt?.at === count++ ? spoilt.how : undefined;
    if (due === 'refused') throw new RangeError('the test refuses memory');
    const made = make(due);
    living.add(made);
    const { destroy } = made;
    made.destroy = () => {
      living.delete(made);
      return destroy.call(made);
    };
    return made;
  };
  device.createBuffer = (descriptor) =>
    counted((how) =>
      createBuffer.call(device, how ? { ...descriptor, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE } : descriptor),
    );
  device.createTexture = (descriptor) =>
    counted((how) =>
      createTexture.call(device, how ? { ...descriptor, size: [device.limits.maxTextureDimension2D + 1, 1] } : descriptor),
    );
  return {
    device,
    live: () => living.size,
    made: () => count,
    spoil(nth, how) {
      spoilt = { at: count + nth, how };
    },
    restore: () => Object.assign(device, { createBuffer, createTexture }),
  };
}
