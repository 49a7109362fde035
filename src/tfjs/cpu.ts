import '@tensorflow/tfjs-backend-cpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu/dist/backend_cpu.js';
import { adaptiveConv } from '../ops/adaptive-conv.ts';
import { registerAdaptiveConv } from './adaptive-conv.ts';
import { fromHwio, toChannelsLast, toPlanes } from './layout.ts';

/** Registers the CPU's kernel: the reference itself. */
export function registerCpuKernel(): void {
  registerAdaptiveConv('cpu', ({ x, transform, filter, bias, shortcut }, { dilation, relu }, backend) => {
    const cpu = backend as MathBackendCPU;
    const values = (tensor: TensorInfo) => cpu.data.get(tensor.dataId).values as Float32Array;
    const [, height, width, inChannels] = x.shape;
    const outChannels = bias.shape[0];
    const out = adaptiveConv({ inChannels, outChannels, width, height, dilation }, {
      x: toPlanes(values(x), inChannels),
      transform: toPlanes(values(transform), 4),
      weight: fromHwio(values(filter), filter.shape),
      bias: values(bias),
      shortcut: shortcut && toPlanes(values(shortcut), outChannels),
      relu,
    });
    return cpu.makeTensorInfo([1, height, width, outChannels], 'float32', toChannelsLast(out, outChannels));
  });
}
