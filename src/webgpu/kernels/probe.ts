import source from '../../../shaders/probe.wgsl?raw';
import type { BufferRange, Kernel, KernelCall } from '../kernel.ts';

const kernel: Kernel = { name: 'probe', source };

const MULTIPLY_ADDS_PER_GROUP = 64 * 4 * 128;
export const PROBE_BYTES = 64 * 16;

/** Does about this many multiply-adds; at least one workgroup's. */
export function probeCall(results: BufferRange, multiplyAdds: number): KernelCall {
  const groups = Math.max(1, Math.round(multiplyAdds / MULTIPLY_ADDS_PER_GROUP));
  return { kernel, label: 'probe', constants: [], storage: [results], workgroups: [groups, 1, 1] };
}
