import * as tf from '@tensorflow/tfjs-core';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { ManyposeError, messageOf } from '../errors.ts';
import type { RuntimeKind } from '../runtime/runtime.ts';
import { rendererOf } from './webgl-hardware.ts';

export type BackendName = 'webgl' | 'webgpu';

/** A backend of TensorFlow.js that is ready to run. */
export interface Backend {
  readonly name: BackendName;
  readonly kind: RuntimeKind;
  /** The hardware, as the browser names it. */
  readonly adapter: string;
  /** Longest side of a picture that can be uploaded, in pixels. */
  readonly maxSide: number;
  isLost(): boolean;
}

/**
 * Loads and starts a backend.
 *
 * @throws ManyposeError `no-runtime` if it cannot run here.
 */
export function openBackend(name: BackendName): Promise<Backend> {
  return openers[name]();
}

const openers: Record<BackendName, () => Promise<Backend>> = {
  async webgl() {
    const { MathBackendWebGL } = await import('@tensorflow/tfjs-backend-webgl');
    const { registerWebglKernel } = await import('./webgl.ts');
    const found = tf.findBackend('webgl') as MathBackendWebGL | null;
    if (found?.gpgpu.gl.isContextLost()) tf.removeBackend('webgl');
    if (!tf.findBackendFactory('webgl')) tf.registerBackend('webgl', () => new MathBackendWebGL(), 2);
    const { gpgpu } = await started<MathBackendWebGL>('webgl');
    // TensorFlow.js makes do with WebGL 1, whose shading language lacks what our kernel needs.
    if (tf.env().getNumber('WEBGL_VERSION') < 2) throw new ManyposeError('no-runtime', 'this browser has no WebGL 2');
    registerWebglKernel();
    const { gl } = gpgpu;
    return {
      name: 'webgl',
      kind: 'webgl',
      adapter: rendererOf(gl),
      maxSide: tf.env().getNumber('WEBGL_MAX_TEXTURE_SIZE'),
      isLost: () => gl.isContextLost(),
    };
  },

  async webgpu() {
    // Not imported here: its versions each want their own of the core, so that an app with another could not install both.
    if (!tf.findBackendFactory('webgpu')) {
      throw new ManyposeError(
        'no-runtime',
        "TensorFlow.js' WebGPU backend is for the page to bring: import '@tensorflow/tfjs-backend-webgpu' first",
      );
    }
    const { registerWebgpuKernel } = await import('./webgpu.ts');
    const { device, adapterInfo } = await started<WebGPUBackend>('webgpu');
    registerWebgpuKernel();
    let lost = false;
    void device.lost.then(() => (lost = true));
    // Declared private in the backend's types, though it is what the browser says.
    const { vendor, architecture } = { ...(adapterInfo as unknown as Partial<GPUAdapterInfo>) };
    return {
      name: 'webgpu',
      kind: 'tfjs-webgpu',
      adapter: [vendor, architecture].filter(Boolean).join(' ') || 'unknown GPU',
      maxSide: device.limits.maxTextureDimension2D,
      isLost: () => lost,
    };
  },
};

async function started<Found extends tf.KernelBackend>(name: BackendName): Promise<Found> {
  const before = tf.engine().backendName;
  try {
    if (!(await tf.setBackend(name))) throw new Error('it did not start');
    return tf.backend() as Found;
  } catch (cause) {
    throw new ManyposeError('no-runtime', `TensorFlow.js' ${name} backend cannot run here: ${messageOf(cause)}`, { cause });
  } finally {
    // A page may use TensorFlow.js for other things, on another backend.
    if (before && before !== name) await tf.setBackend(before);
  }
}

/** Runs synchronous work on a started backend, whichever one the page uses besides. */
export function onBackend<Result>(name: BackendName, work: () => Result): Result {
  const before = tf.engine().backendName;
  // Switching to a started backend takes effect at once, not when the promise resolves.
  if (before !== name) void tf.setBackend(name);
  try {
    return work();
  } finally {
    if (before && before !== name) void tf.setBackend(before);
  }
}
