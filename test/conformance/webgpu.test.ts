import { createWebGpuRuntime } from '../../src/webgpu/runtime.ts';
import { describeGpu, openTestGpu } from '../support/gpu.ts';
import { conforms } from './in-node.ts';

describeGpu('webgpu', (shared) => {
  let device = shared;
  conforms({
    open: (network, weights) => createWebGpuRuntime(network, weights, { device }),
    async lose() {
      device.destroy();
      await device.lost;
      ({ device } = await openTestGpu());
    },
  });
});
