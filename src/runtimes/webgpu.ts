import type { RuntimeEntry } from './entry.ts';

/** Our own kernels on WebGPU. */
export const WEBGPU: RuntimeEntry = {
  kind: 'webgpu',
  title: 'WebGPU',
  whyNot: async () => (await import('../webgpu/adapter.ts')).whyNoHardware(),
  async open({ network, weights }, { device }) {
    const { createWebGpuRuntime } = await import('../webgpu/runtime.ts');
    return createWebGpuRuntime(network, weights, { device });
  },
};
