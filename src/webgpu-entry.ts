/** manypose/webgpu: manypose without TensorFlow.js, so without WebGL, for pages that count bytes. */
import type { Detector } from './detector.ts';
import { openDetector } from './detector.ts';
import type { DetectorOptions } from './options.ts';
import { SMALL_RUNTIMES } from './runtimes/small.ts';

/** Options of this entry's `createDetector`: there is no WebGL. */
export interface SmallDetectorOptions extends Omit<DetectorOptions, 'runtime'> {
  /** 'auto' takes WebGPU if graphics hardware runs it, else WebAssembly; by name also a driver that computes on the CPU is taken. */
  readonly runtime?: 'auto' | 'webgpu' | 'wasm';
}

/**
 * Loads a model and runs it on WebGPU or, where no graphics hardware does, on WebAssembly.
 *
 * @throws ManyposeError as the main entry's; `no-runtime` where there is neither.
 */
export function createDetector(options: SmallDetectorOptions = {}): Promise<Detector> {
  return openDetector(SMALL_RUNTIMES, options);
}

export * from './public.ts';
