/** manypose: every person's pose in an image or a live video. */
import type { Detector } from './detector.ts';
import { openDetector } from './detector.ts';
import type { DetectorOptions } from './options.ts';
import { ALL_RUNTIMES } from './runtimes/table.ts';

/**
 * Loads a model and what runs it: WebGPU or WebGL on graphics hardware, else WebAssembly. Nothing of
 * a runtime is downloaded unless it is used.
 *
 * @throws ManyposeError `invalid-argument`, `no-runtime`, `device-lost`, `out-of-memory`,
 *   `gpu-error`, and what loading a model throws: `download-failed`, `corrupt-weights`,
 *   `invalid-model`, `aborted`.
 */
export function createDetector(options: DetectorOptions = {}): Promise<Detector> {
  return openDetector(ALL_RUNTIMES, options);
}

export * from './public.ts';
