import type { MapShape } from './layout.ts';

/** How a shader sees a binding: storage that it reads or writes, or what holds a frame. */
export type BindingKind = 'uniform' | 'read' | 'write' | 'texture' | 'external';

/** Optional parts of WGSL that a shader may need, by the names of the device's features. */
export type ShaderFeature = 'shader-f16' | 'subgroups';

/** Whole numbers that the host declares in front of a shader: untyped in WGSL, they serve as i32 and as u32. */
export type Constants = Readonly<Record<string, number>>;

/** A compute shader with entry point `main`. */
export interface Kernel {
  readonly name: string;
  /** The shader and the pieces of shaders/common that it says it needs, to be joined in any order. */
  readonly source: readonly string[];
  /** What all its calls have in common: group sizes, which host and shader must agree on. */
  readonly constants: Constants;
  /** Of group 0, in order. */
  readonly bindings: readonly BindingKind[];
  readonly features?: readonly ShaderFeature[];
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

/** One layer's weights in GPU memory, as the variant of its kernel packed them. */
export interface GpuWeights {
  readonly matrices: BufferRange;
  readonly bias: BufferRange;
}

/** One dispatch, described: everything but the GPU's own objects, which are made once from it. */
export interface KernelCall {
  readonly kernel: Kernel;
  readonly label: string;
  /** Besides the kernel's own. */
  readonly constants?: Constants;
  /** Binding 0, where the kernel has any. */
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
export const THREADS = 64;

/** Workgroups for one thread per item along x, and the given number along z. */
export function workgroupsFor(items: number, layers = 1): [number, number, number] {
  return [Math.ceil(items / THREADS), 1, layers];
}

export function wholeBuffer(buffer: GPUBuffer): BufferRange {
  return { buffer, offset: 0, size: buffer.size };
}
