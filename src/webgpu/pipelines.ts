import { ManyposeError, messageOf } from '../errors.ts';
import type { KernelCall } from './kernel.ts';

/** Compiled kernels of a device. Their shapes come in as uniforms, so a few serve every input size. */
export interface Pipelines {
  /** Compiles, side by side, what is not compiled yet. */
  compile(calls: readonly PipelineSource[]): Promise<void>;
  /** One that was compiled before. */
  of(call: PipelineSource): GPUComputePipeline;
}

/** What distinguishes pipelines. */
export type PipelineSource = Pick<KernelCall, 'kernel' | 'constants'>;

const perDevice = new WeakMap<GPUDevice, Pipelines>();

/** The device's pipelines: detectors on one device share them. */
export function pipelinesOf(device: GPUDevice): Pipelines {
  let pipelines = perDevice.get(device);
  if (!pipelines) perDevice.set(device, pipelines = createPipelines(device));
  return pipelines;
}

function createPipelines(device: GPUDevice): Pipelines {
  const compiling = new Map<string, Promise<void>>();
  const compiled = new Map<string, GPUComputePipeline>();

  async function compileOne(key: string, { kernel, constants }: PipelineSource): Promise<void> {
    const declarations = constants.map(([name, type, value]) => `const ${name}: ${type} = ${value};`);
    const code = [...declarations, kernel.source].join('\n');
    try {
      const module = device.createShaderModule({ label: key, code });
      compiled.set(key, await device.createComputePipelineAsync({
        label: key, layout: 'auto', compute: { module, entryPoint: 'main' },
      }));
    } catch (cause) {
      compiling.delete(key);
      throw new ManyposeError('gpu-error', `the GPU does not take the kernel "${key}": ${messageOf(cause)}`, { cause });
    }
  }

  return {
    async compile(calls) {
      await Promise.all(calls.map((call) => {
        const key = keyOf(call);
        let promise = compiling.get(key);
        if (!promise) compiling.set(key, promise = compileOne(key, call));
        return promise;
      }));
    },

    of(call) {
      const pipeline = compiled.get(keyOf(call));
      if (!pipeline) throw new ManyposeError('gpu-error', `the kernel "${keyOf(call)}" was not compiled`);
      return pipeline;
    },
  };
}

function keyOf({ kernel, constants }: PipelineSource): string {
  return [kernel.name, ...constants.map(([name, , value]) => `${name}=${value}`)].join(' ');
}
