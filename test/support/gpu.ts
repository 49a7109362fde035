import { afterAll, describe } from 'vitest';
import { openNodeGpu } from '../../src/cli/node-gpu.ts';
import { requestAdapter } from '../../src/webgpu/adapter.ts';
import { richDevice } from '../../src/webgpu/capabilities.ts';

export interface TestDevice {
  readonly device: GPUDevice;
  /** Frees it; then the process can end. */
  close(): void;
}

/** A device of the engine under test: Dawn in Node, or the one that comes with the JavaScript engine (wgpu in Deno). */
export async function openTestGpu(): Promise<TestDevice> {
  if (!globalThis.navigator?.gpu) return openNodeGpu();
  const adapter = await requestAdapter();
  const device = await adapter.requestDevice(richDevice(adapter));
  return { device, close: () => device.destroy() };
}

let gpu: TestDevice | undefined;
let why = '';
try {
  gpu = await openTestGpu();
} catch (error) {
  why = String(error);
  if (process.env.REQUIRE_WEBGPU) throw error;
}

/** Tests on WebGPU outside of browsers: skipped, saying why, where there is none; a failure with REQUIRE_WEBGPU=1. */
export function describeGpu(name: string, tests: (device: GPUDevice) => void): void {
  if (!gpu) console.warn(`skipped: ${name} (${why})`);
  describe.skipIf(!gpu)(name, () => {
    if (gpu) tests(gpu.device);
    afterAll(() => gpu?.close());
  });
}
