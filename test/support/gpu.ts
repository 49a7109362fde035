import { afterAll, describe } from 'vitest';
import { openNodeGpu } from '../../src/cli/node-gpu.ts';
import type { NodeGpu } from '../../src/cli/node-gpu.ts';

let gpu: NodeGpu | undefined;
let why = '';
try {
  gpu = await openNodeGpu();
} catch (error) {
  why = String(error);
  if (process.env.REQUIRE_WEBGPU) throw error;
}

/** Tests on WebGPU in Node: skipped, saying why, where there is none; a failure with REQUIRE_WEBGPU=1. */
export function describeGpu(name: string, tests: (device: GPUDevice) => void): void {
  if (!gpu) console.warn(`skipped: ${name} (${why})`);
  describe.skipIf(!gpu)(name, () => {
    if (gpu) tests(gpu.device);
    afterAll(() => gpu?.close());
  });
}
