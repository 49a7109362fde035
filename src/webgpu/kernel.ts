import type { MapShape } from './layout.ts';

/** A WGSL shader with entry point `main`. */
export interface Kernel {
  readonly name: string;
  readonly source: string;
}

/** Part of a buffer, to be bound. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** A feature map in GPU memory. */
export interface GpuMap {
  readonly range: BufferRange;
  readonly shape: MapShape;
}

/** One layer's weights in GPU memory. */
export interface GpuWeights {
  /** 4×4 matrices, in the order in which the layer's shader goes through them. */
  readonly matrices: BufferRange;
  readonly bias: BufferRange;
}

/** One dispatch, described: everything but the GPU's own objects, which are made once from it. */
export interface KernelCall {
  readonly kernel: Kernel;
  readonly label: string;
  /** Declared in front of the source, as WGSL writes them: `['KERNEL', 'i32', 3]`. */
  readonly constants: readonly (readonly [name: string, type: 'i32' | 'u32', value: number])[];
  /** Binding 0, where there are any. */
  readonly uniforms?: ArrayBuffer;
  /** The bindings after it, in order. */
  readonly storage: readonly BufferRange[];
  readonly workgroups: readonly [number, number, number];
}

/** A uniform block: whole numbers first, then floats, both padded by the caller as WGSL lays them out. */
export function uniformBlock(integers: readonly number[], floats: readonly number[] = []): ArrayBuffer {
  const block = new ArrayBuffer((integers.length + floats.length) * 4);
  new Int32Array(block, 0, integers.length).set(integers);
  new Float32Array(block, integers.length * 4).set(floats);
  return block;
}

/** Threads of a one-dimensional workgroup in all shaders. */
const THREADS = 64;

/** Workgroups for one thread per item along x, and the given number along z. */
export function workgroupsFor(items: number, layers = 1): [number, number, number] {
  return [Math.ceil(items / THREADS), 1, layers];
}

export function wholeBuffer(buffer: GPUBuffer): BufferRange {
  return { buffer, offset: 0, size: buffer.size };
}
