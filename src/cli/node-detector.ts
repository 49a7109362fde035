import { ManyposeError } from '../errors.ts';
import type { Detector } from '../estimator.ts';
import { createDetector } from '../estimator.ts';
import { modelUrlOf } from './model-url.ts';
import { openNodeGpu } from './node-gpu.ts';

/** What the commands that find people let choose, as given on the command line. */
export interface NodeDetectorOptions {
  /** Folder of a converted model; the package's own if left out. */
  readonly model?: string;
  /** Shorter side of the network's input in pixels. */
  readonly size?: string;
  /** 'webgpu' (Dawn; if left out) or 'tfjs' (TensorFlow.js on the CPU). */
  readonly runtime?: string;
}

export interface NodeDetector {
  readonly detector: Detector;
  /** Frees the detector and its GPU; then the process can end. */
  close(): void;
}

/**
 * Opens a detector in Node.
 *
 * @throws ManyposeError `invalid-argument`, and what `openNodeGpu` and `createDetector` throw.
 */
export async function openNodeDetector({ model, size, runtime = 'webgpu' }: NodeDetectorOptions): Promise<NodeDetector> {
  if (runtime !== 'webgpu' && runtime !== 'tfjs') {
    throw new ManyposeError('invalid-argument', `--runtime must be webgpu or tfjs, got ${runtime}`);
  }
  const options = { modelUrl: modelUrlOf(model), inputSize: size === undefined ? undefined : Number(size) };
  if (runtime === 'tfjs') {
    const detector = await createDetector({ ...options, runtime, backend: 'cpu' });
    return { detector, close: () => detector.dispose() };
  }
  const gpu = await openNodeGpu();
  try {
    const detector = await createDetector({ ...options, runtime, device: gpu.device });
    return {
      detector,
      close() {
        detector.dispose();
        gpu.close();
      },
    };
  } catch (error) {
    gpu.close();
    throw error;
  }
}
