import { ManyposeError, messageOf } from '../errors.ts';
import { describeAdapter } from './adapter-info.ts';
import { requestAdapter } from './adapter.ts';
import type { Capabilities } from './capabilities.ts';
import { capabilitiesOf, richDevice } from './capabilities.ts';

/** A device to work on. */
export interface OpenDevice {
  readonly device: GPUDevice;
  readonly capabilities: Capabilities;
  /** The hardware in words: "nvidia turing". */
  readonly adapter: string;
  /** Ends a device that was opened here; a caller's stays open. */
  close(): void;
  isLost(): boolean;
  /** Waits a moment to learn whether an error comes from a lost device. */
  settleLost(): Promise<boolean>;
}

/** How long a loss may take to be told after the first error it causes, in ms. */
const LOSS_NEWS_MS = 100;

/**
 * Opens this machine's GPU, or takes the caller's device.
 *
 * @throws ManyposeError `no-runtime` without WebGPU, adapter or device.
 */
export async function openDevice(given?: GPUDevice): Promise<OpenDevice> {
  const device = given ?? (await requestDevice());
  let lost = false;
  const loss = device.lost.then(() => {
    lost = true;
    return true;
  });
  return {
    device,
    capabilities: capabilitiesOf(device),
    adapter: describeAdapter(device.adapterInfo),
    close: () => {
      if (!given) device.destroy();
    },
    isLost: () => lost,
    settleLost: () => Promise.race([loss, new Promise<boolean>((resolve) => setTimeout(() => resolve(lost), LOSS_NEWS_MS))]),
  };
}

async function requestDevice(): Promise<GPUDevice> {
  const adapter = await requestAdapter();
  try {
    return await adapter.requestDevice(richDevice(adapter));
  } catch (cause) {
    throw new ManyposeError('no-runtime', `WebGPU cannot open the graphics adapter: ${messageOf(cause)}`, { cause });
  }
}
