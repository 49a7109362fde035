import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../network/network.ts';
import type { Weights } from '../network/weights.ts';
import { perBranch } from '../network/per-branch.ts';
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
  whole: Network,
  wholeWeights: Weights,
  backendName: BackendName,
): Promise<MapsRunner<tf.Tensor4D>> {
  const { network, weights } = perBranch(whole, wholeWeights);
  const backend = await openBackend(backendName);
  const on = <Result>(work: () => Result): Result => onBackend(backend.name, work);
  const uploaded = on(() => uploadWeights(network, weights));

  return {
    kind: backend.kind,
    adapter: backend.adapter,
    input: (frame, geometry, mirrored, shift) => on(() => inputOf(frame, geometry, mirrored, backend.maxSide, shift)),
    inputOf: (planes) => on(() => uploadInput(planes)),

    async run(input, kept) {
      const maps = on(() => execute(network, uploaded, input, kept));
      try {
        const values = await Promise.all(kept.map(({ id }) => maps.get(id)!.data()));
        return kept.map(({ id }, i) => {
          const [, height, width, channels] = maps.get(id)!.shape;
          return { channels, width, height, values: toPlanes(values[i], channels, 0, channels) };
        });
      } finally {
        tf.dispose([...maps.values()]);
      }
    },

    release: (input) => input.dispose(),
    whyLost: () => (backend.isLost() ? 'the GPU went away' : undefined),
    dispose: () => tf.dispose([...uploaded.values()]),
  };
}
