import { ManyposeError, messageOf } from '../errors.ts';
import type { RuntimeKind } from '../runtime/runtime.ts';
import { isSoftwareName } from '../runtime/software.ts';
import { CPU } from '../runtimes/cpu.ts';
import type { RuntimeEntry } from '../runtimes/entry.ts';
import { WASM } from '../runtimes/wasm.ts';
import type { RuntimeTable } from '../runtimes/table.ts';
import { describeAdapter } from '../webgpu/adapter-info.ts';
import { createWebGpuRuntime } from '../webgpu/runtime.ts';
import type { NodeGpu } from './node-gpu.ts';
import { openNodeGpu } from './node-gpu.ts';

/** WebGPU in Node, by Dawn: a GPU of its own for each runtime, closed with it. */
const NODE_WEBGPU: RuntimeEntry = {
  kind: 'webgpu',
  title: 'WebGPU',

  async whyNot() {
    let gpu: NodeGpu;
    try {
      gpu = await openNodeGpu();
    } catch (error) {
      return messageOf(error);
    }
    const adapter = describeAdapter(gpu.device.adapterInfo);
    gpu.close();
    return isSoftwareName(adapter) ? `WebGPU would run on the CPU here (${adapter})` : undefined;
  },

  async open({ network, weights }) {
    const gpu = await openNodeGpu();
    try {
      const runtime = await createWebGpuRuntime(network, weights, { device: gpu.device });
      return {
        ...runtime,
        dispose() {
          runtime.dispose();
          gpu.close();
        },
      };
    } catch (error) {
      gpu.close();
      throw error;
    }
  },
};

/** What runs networks on the command line. */
export const NODE_RUNTIMES = {
  runtimes: { webgpu: NODE_WEBGPU, wasm: WASM, cpu: CPU },
  order: [NODE_WEBGPU, WASM, CPU],
} satisfies RuntimeTable;

/** For usage texts: `auto|webgpu|…`. */
export const RUNTIME_CHOICES = ['auto', ...Object.keys(NODE_RUNTIMES.runtimes)].join('|');

/** @throws ManyposeError `invalid-argument` for a name that is none of `RUNTIME_CHOICES`. */
export function runtimeNamed(name: string): 'auto' | RuntimeKind {
  if (name === 'auto' || Object.hasOwn(NODE_RUNTIMES.runtimes, name)) return name as 'auto' | RuntimeKind;
  throw new ManyposeError('invalid-argument', `--runtime must be one of ${RUNTIME_CHOICES}, got ${name}`);
}
