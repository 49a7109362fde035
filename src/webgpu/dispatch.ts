import type { BufferRange, KernelCall } from './kernel.ts';
import type { GpuMemory } from './memory.ts';
import type { Pipelines } from './pipelines.ts';

/** One dispatch with its GPU objects: recording it creates nothing. */
export interface PreparedDispatch {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/** Makes the bind groups of calls whose pipelines are compiled; all uniforms lie in one buffer. */
export function prepareCalls(
  memory: GpuMemory,
  pipelines: Pipelines,
  label: string,
  calls: readonly KernelCall[],
): PreparedDispatch[] {
  const ranges = uploadUniforms(memory, label, calls);
  return calls.map((call, i): PreparedDispatch => {
    const { pipeline, layout } = pipelines.of(call);
    const own = ranges[i];
    const resources = own ? [own, ...call.storage] : call.storage;
    return {
      label: call.label,
      pipeline,
      bindGroup: memory.device.createBindGroup({
        label: call.label,
        layout,
        entries: resources.map((resource, binding) => ({ binding, resource })),
      }),
      workgroups: call.workgroups,
    };
  });
}

/** Where each call's uniforms lie; undefined for those without. */
function uploadUniforms(memory: GpuMemory, label: string, calls: readonly KernelCall[]): (BufferRange | undefined)[] {
  const alignment = memory.device.limits.minUniformBufferOffsetAlignment;
  let size = 0;
  const offsets = calls.map(({ uniforms }) => {
    const offset = size;
    if (uniforms) size += Math.ceil(uniforms.byteLength / alignment) * alignment;
    return offset;
  });
  if (size === 0) return [];
  const uniforms = memory.buffer({ label: `${label} uniforms`, size, usage: GPUBufferUsage.UNIFORM, mappedAtCreation: true });
  const bytes = new Uint8Array(uniforms.getMappedRange());
  const ranges = calls.map(({ uniforms: block }, i) => {
    if (!block) return undefined;
    bytes.set(new Uint8Array(block), offsets[i]);
    return { buffer: uniforms, offset: offsets[i], size: block.byteLength };
  });
  uniforms.unmap();
  return ranges;
}

export function recordDispatches(pass: GPUComputePassEncoder, dispatches: readonly PreparedDispatch[]): void {
  for (const { pipeline, bindGroup, workgroups } of dispatches) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...workgroups);
  }
}
