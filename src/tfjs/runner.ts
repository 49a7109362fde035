import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../network/network.ts';
import type { Weights } from '../network/weights.ts';
import type { MapsRunner } from '../runtime/maps-runtime.ts';
import type { BackendName } from './backend.ts';
import { onBackend, openBackend } from './backend.ts';
import { execute, uploadWeights } from './execute.ts';
import { toPlanes } from './layout.ts';
import { inputOf, uploadInput } from './pixels.ts';

/**
 * Runs a network on TensorFlow.js: for WebGL, and to compare with. Numbers are float32 where the GPU
 * renders to float32 textures, float16 on some phones.
 *
 * @throws ManyposeError `no-runtime` if the backend cannot run here, `invalid-model` for weights
 *   that are not the network's.
 */
export async function createTfjsRunner(
  network: Network, weights: Weights, backendName: BackendName,
): Promise<MapsRunner<tf.Tensor4D>> {
  const backend = await openBackend(backendName);
  const on = <Result>(work: () => Result): Result => onBackend(backend.name, work);
  const uploaded = on(() => uploadWeights(network, weights));
  const { keypoints } = network;

  return {
    kind: backend.kind,
    adapter: backend.adapter,
    input: (frame, geometry, mirrored) => on(() => inputOf(frame, geometry, mirrored, backend.maxSide)),
    inputOf: (planes) => on(() => uploadInput(planes)),

    async run(input) {
      const { heatmaps, regression } = on(() => execute(network, uploaded, input));
      try {
        const [heat, rest] = await Promise.all([heatmaps.data(), regression.data()]);
        const channels = 2 * keypoints + 1;
        return {
          keypoints,
          height: heatmaps.shape[1],
          width: heatmaps.shape[2],
          heatmaps: toPlanes(heat, keypoints),
          centerMap: toPlanes(rest, channels, 2 * keypoints),
          offsetMap: toPlanes(rest, channels, 0, 2 * keypoints),
        };
      } finally {
        tf.dispose([heatmaps, regression]);
      }
    },

    release: (input) => input.dispose(),
    isLost: () => backend.isLost(),
    dispose: () => tf.dispose([...uploaded.values()]),
  };
}
