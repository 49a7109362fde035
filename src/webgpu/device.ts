import { ManyposeError, messageOf } from '../errors.ts';

/** A device to work on, and who closes it. */
export interface OpenDevice {
  readonly device: GPUDevice;
  /** The hardware in words: "nvidia turing". */
  readonly adapter: string;
  /** False for a caller's device, which stays open. */
  readonly owned: boolean;
  isLost(): boolean;
  /** Waits a moment to learn whether an error comes from a lost device. */
  settleLost(): Promise<boolean>;
}

/** Limits worth having as large as the adapter allows: large inputs need large buffers. */
const RAISED_LIMITS = [
  'maxStorageBufferBindingSize', 'maxBufferSize', 'maxTextureDimension2D',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** How long a loss may take to be told after the first error it causes, in ms. */
const LOSS_NEWS_MS = 100;

/**
 * Opens this machine's GPU, or takes the caller's device.
 *
 * @throws ManyposeError `no-runtime` without WebGPU, adapter or device.
 */
export async function openDevice(given?: GPUDevice): Promise<OpenDevice> {
  const device = given ?? await requestDevice();
  let lost = false;
  const loss = device.lost.then(() => {
    lost = true;
    return true;
  });
  return {
    device,
    adapter: describe(device.adapterInfo),
    owned: given === undefined,
    isLost: () => lost,
    settleLost: () => Promise.race([
      loss, new Promise<boolean>((resolve) => setTimeout(() => resolve(lost), LOSS_NEWS_MS)),
    ]),
  };
}

async function requestDevice(): Promise<GPUDevice> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) throw new ManyposeError('no-runtime', 'this browser has no WebGPU');
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) throw new ManyposeError('no-runtime', 'WebGPU finds no graphics adapter');
    const requiredLimits = Object.fromEntries(RAISED_LIMITS.map((name) => [name, adapter.limits[name]]));
    return await adapter.requestDevice({ label: 'manypose', requiredLimits });
  } catch (cause) {
    if (cause instanceof ManyposeError) throw cause;
    throw new ManyposeError('no-runtime', `WebGPU cannot open the graphics adapter: ${messageOf(cause)}`, { cause });
  }
}

function describe(info: GPUAdapterInfo | undefined): string {
  if (!info) return 'unknown GPU';
  const { vendor, architecture, device, description } = info;
  return description || [vendor, architecture || device].filter(Boolean).join(' ') || 'unknown GPU';
}
