import { ManyposeError, messageOf } from '../errors.ts';
import { watchStart } from './error-scopes.ts';
import type { BindingKind, KernelCall, ShaderFeature } from './kernel.ts';

/** Compiled kernels of a device. Their shapes come in as uniforms, so a few serve every input size. */
export interface Pipelines {
  /**
   * Compiles, side by side, what is not compiled yet.
   *
   * @throws ManyposeError `gpu-error` for a kernel that the device does not take.
   */
  compile(calls: readonly Compilable[]): Promise<void>;
  /** One that was compiled before. */
  of(call: Compilable): Pipeline;
}

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** What distinguishes pipelines. */
export type Compilable = Pick<KernelCall, 'kernel' | 'constants'>;

const perDevice = new WeakMap<GPUDevice, Pipelines>();

/** The device's pipelines: detectors on one device share them. */
export function pipelinesOf(device: GPUDevice): Pipelines {
  let pipelines = perDevice.get(device);
  if (!pipelines) perDevice.set(device, (pipelines = createPipelines(device)));
  return pipelines;
}

function createPipelines(device: GPUDevice): Pipelines {
  const layouts = new Map<string, GPUBindGroupLayout>();
  const compiling = new Map<string, Promise<void>>();
  const compiled = new Map<string, Pipeline>();

  function layoutOf(bindings: readonly BindingKind[]): GPUBindGroupLayout {
    const key = bindings.join();
    let layout = layouts.get(key);
    if (!layout) {
      layout = device.createBindGroupLayout({
        label: key,
        entries: bindings.map((kind, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, ...LAYOUT_ENTRIES[kind] })),
      });
      layouts.set(key, layout);
    }
    return layout;
  }

  async function compileOne(key: string, call: Compilable): Promise<void> {
    const { features = [], bindings } = call.kernel;
    const label = labelOf(call);
    try {
      const missing = features.filter((feature) => !device.features.has(feature));
      if (missing.length > 0) throw new Error(`it needs ${missing.join(' and ')}`);
      const pipeline = await watchStart(device, () =>
        device.createComputePipelineAsync({
          label,
          layout: device.createPipelineLayout({ label, bindGroupLayouts: [layoutOf(bindings)] }),
          compute: { module: device.createShaderModule({ label, code: codeOf(call) }), entryPoint: 'main' },
        }),
      );
      compiled.set(key, { pipeline, layout: layoutOf(bindings) });
    } catch (cause) {
      compiling.delete(key);
      throw new ManyposeError('gpu-error', `the GPU does not take the kernel "${label}": ${messageOf(cause)}`, { cause });
    }
  }

  return {
    async compile(calls) {
      await Promise.all(
        calls.map((call) => {
          const key = keyOf(call);
          let promise = compiling.get(key);
          if (!promise) compiling.set(key, (promise = compileOne(key, call)));
          return promise;
        }),
      );
    },

    of(call) {
      const pipeline = compiled.get(keyOf(call));
      if (!pipeline) throw new ManyposeError('gpu-error', `the kernel "${labelOf(call)}" was not compiled`);
      return pipeline;
    },
  };
}

const LAYOUT_ENTRIES: Readonly<Record<BindingKind, Omit<GPUBindGroupLayoutEntry, 'binding' | 'visibility'>>> = {
  uniform: { buffer: { type: 'uniform' } },
  read: { buffer: { type: 'read-only-storage' } },
  write: { buffer: { type: 'storage' } },
  texture: { texture: {} },
  external: { externalTexture: {} },
};

const ENABLED: Readonly<Record<ShaderFeature, string>> = { 'shader-f16': 'f16', subgroups: 'subgroups' };

function labelOf({ kernel, constants = {} }: Compilable): string {
  return [kernel.name, ...Object.entries(constants).map(([name, value]) => `${name}=${value}`)].join(' ');
}

/** A kernel as WGSL wants it: `enable` directives come before everything else. */
export function codeOf({ kernel, constants }: Compilable): string {
  const declared = Object.entries({ ...kernel.constants, ...constants });
  return [
    ...(kernel.features ?? []).map((feature) => `enable ${ENABLED[feature]};`),
    ...declared.map(([name, value]) => `const ${name} = ${value};`),
    ...kernel.source,
  ].join('\n');
}

/** Everything that a pipeline is made from. */
function keyOf(call: Compilable): string {
  return `${call.kernel.bindings.join()}\n${codeOf(call)}`;
}
