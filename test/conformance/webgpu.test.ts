import { buildNetwork } from '../../src/network/build.ts';
import { createWebGpuRuntime } from '../../src/webgpu/runtime.ts';
import { describeGpu, openTestGpu } from '../support/gpu.ts';
import { conforms } from './in-node.ts';

describeGpu('webgpu', (shared) => {
  let device = shared;
  conforms({
    open: (model, weights) => createWebGpuRuntime(buildNetwork(model), weights, { device }),
    async lose() {
      device.destroy();
      await device.lost;
      ({ device } = await openTestGpu());
    },
  });
});
