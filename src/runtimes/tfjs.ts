import type { BackendName } from '../tfjs/backend.ts';
import type { RuntimeEntry } from './entry.ts';

const openOn =
  (backend: BackendName): RuntimeEntry['open'] =>
  async ({ network, weights }) => {
    const [{ createTfjsRunner }, { createMapsRuntime }] = await Promise.all([
      import('../tfjs/runner.ts'),
      import('../runtime/maps-runtime.ts'),
    ]);
    return createMapsRuntime(await createTfjsRunner(network, weights, backend), network);
  };

/** TensorFlow.js on WebGL 2, with our adaptive convolution. */
export const WEBGL: RuntimeEntry = {
  kind: 'webgl',
  title: 'WebGL',
  whyNot: async () => (await import('../tfjs/webgl-hardware.ts')).whyNoHardware(),
  open: openOn('webgl'),
};

/** TensorFlow.js on WebGPU, to compare our kernels with; its user imports the backend. */
export const TFJS_WEBGPU: RuntimeEntry = { kind: 'tfjs-webgpu', title: 'TensorFlow.js on WebGPU', open: openOn('webgpu') };
