import { whyNoHardware } from '../webgpu/adapter.ts';
import type { RuntimeEntry } from './entry.ts';

/** Our own kernels on WebGPU. */
export const WEBGPU: RuntimeEntry = {
  kind: 'webgpu',
  title: 'WebGPU',
  whyNot: whyNoHardware,
  async open({ network, weights }, { device }) {
    const { createWebGpuRuntime } = await import('../webgpu/runtime.ts');
    return createWebGpuRuntime(network, weights, { device });
  },
};
