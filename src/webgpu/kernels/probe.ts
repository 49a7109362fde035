import source from '../../../shaders/probe.wgsl?raw';
import type { BufferRange, Kernel, KernelCall } from '../kernel.ts';
import { THREADS } from '../kernel.ts';

/** Steps of an invocation, each of 4 multiply-adds. */
const STEPS = 128;
const kernel: Kernel = { name: 'probe', source: [source], constants: { THREADS, STEPS }, bindings: ['write'] };

const MULTIPLY_ADDS_PER_GROUP = THREADS * 4 * STEPS;
export const PROBE_BYTES = THREADS * 16;

/** Does about this many multiply-adds; at least one workgroup's. */
export function probeCall(results: BufferRange, multiplyAdds: number): KernelCall {
  const groups = Math.max(1, Math.round(multiplyAdds / MULTIPLY_ADDS_PER_GROUP));
  return { kernel, label: 'probe', storage: [results], workgroups: [groups, 1, 1] };
}
