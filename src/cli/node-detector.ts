import type { Detector } from '../detector.ts';
import { openDetector } from '../detector.ts';
import { modelUrlOf } from './model-url.ts';
import { NODE_RUNTIMES, runtimeNamed } from './node-runtimes.ts';

/** What the commands that find people let choose, as given on the command line. */
export interface NodeDetectorOptions {
  /** Folder of a converted model; the package's own if left out. */
  readonly model?: string;
  /** Shorter side of the network's input in pixels. */
  readonly size?: string;
  /** One of `RUNTIME_CHOICES`; 'auto' if left out. */
  readonly runtime?: string;
}

/**
 * Opens a detector in Node.
 *
 * @throws ManyposeError `invalid-argument`, and what `openDetector` throws.
 */
export function openNodeDetector({ model, size, runtime = 'auto' }: NodeDetectorOptions): Promise<Detector> {
  return openDetector(NODE_RUNTIMES, {
    modelUrl: modelUrlOf(model),
    inputSize: size === undefined ? undefined : Number(size),
    runtime: runtimeNamed(runtime),
  });
}
