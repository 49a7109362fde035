import type { Detector } from '../detector.ts';
import { openDetector } from '../detector.ts';
import type { Quality } from '../network/descriptor.ts';
import { modelUrlOf } from './model-url.ts';
import { NODE_RUNTIMES, runtimeNamed } from './node-runtimes.ts';

/** What the commands that find people let choose, as given on the command line. */
export interface NodeDetectorOptions {
  /** Folder of a converted model; the package's own if left out. */
  readonly model?: string;
  /** 'fast', 'balanced' or 'best'; 'balanced' if left out. */
  readonly quality?: string;
  /** Shorter side of the network's input in pixels, instead of the quality's. */
  readonly size?: string;
  /** One of `RUNTIME_CHOICES`; 'auto' if left out. */
  readonly runtime?: string;
}

/**
 * Opens a detector in Node.
 *
 * @throws ManyposeError `invalid-argument`, and what `openDetector` throws.
 */
export function openNodeDetector({ model, quality, size, runtime = 'auto' }: NodeDetectorOptions): Promise<Detector> {
  return openDetector(NODE_RUNTIMES, {
    modelUrl: modelUrlOf(model),
    quality: quality as Quality | undefined,
    inputSize: size === undefined ? undefined : Number(size),
    runtime: runtimeNamed(runtime),
  });
}
