import * as tf from '@tensorflow/tfjs-core';
import { candidatesFromMaps } from '../decode/candidates-from-maps.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import type { Network } from '../network/network.ts';
import type { Weights } from '../network/weights.ts';
import { mergeFlipped } from '../ops/flip-merge.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import type { NetworkMaps, Runtime } from '../runtime.ts';
import type { BackendName } from './backend.ts';
import { onBackend, openBackend } from './backend.ts';
import { execute, uploadWeights } from './execute.ts';
import { toChannelsLast, toPlanes } from './layout.ts';
import { inputOf, mirroredInput } from './pixels.ts';

/** Sides of the input must be multiples of the coarsest branch's stride. */
const COARSEST_STRIDE = 32;

/**
 * Runs a network on TensorFlow.js: where WebGPU is missing. Numbers are float32 where the GPU
 * renders to float32 textures, float16 on some phones.
 *
 * @param options.backend WebGL if left out, or the CPU where there is no WebGL.
 * @throws ManyposeError `no-runtime` if the backend cannot run here, `invalid-model` for weights
 *   that are not the network's.
 */
export async function createTfjsRuntime(
  network: Network, weights: Weights, options: { backend?: BackendName } = {},
): Promise<Runtime> {
  const backend = await openBackend(options.backend);
  const { keypoints } = network;
  const set = Object.values(KEYPOINT_SETS).find(({ names }) => names.length === keypoints);
  if (!set) throw new ManyposeError('invalid-model', `no keypoint set has ${keypoints} keypoints`);
  const uploaded = onBackend(backend.name, () => uploadWeights(network, weights));
  let disposed = false;
  let queue: Promise<unknown> = Promise.resolve();

  function check(): void {
    if (disposed) throw new ManyposeError('disposed', 'the detector was disposed');
    if (backend.isLost()) throw new ManyposeError('device-lost', `the GPU went away (${backend.adapter})`);
  }

  /** What a backend throws, in our terms. */
  function translated(cause: unknown): ManyposeError {
    if (cause instanceof ManyposeError) return cause;
    if (backend.isLost()) return new ManyposeError('device-lost', `the GPU went away (${backend.adapter})`, { cause });
    const code = /out of memory|OUT_OF_MEMORY/i.test(messageOf(cause)) ? 'out-of-memory' : 'gpu-error';
    return new ManyposeError(code, `TensorFlow.js on ${backend.adapter}: ${messageOf(cause)}`, { cause });
  }

  /** Synchronous work on the backend. */
  function work<Result>(run: () => Result): Result {
    check();
    try {
      return onBackend(backend.name, run);
    } catch (cause) {
      throw translated(cause);
    }
  }

  async function mapsOf(input: tf.Tensor4D): Promise<NetworkMaps> {
    const { heatmaps, regression } = work(() => execute(network, uploaded, input));
    try {
      const [heat, rest] = await Promise.all([heatmaps.data(), regression.data()]);
      // A lost context reads as zeros instead of failing.
      check();
      const channels = 2 * keypoints + 1;
      return {
        keypoints,
        height: heatmaps.shape[1],
        width: heatmaps.shape[2],
        heatmaps: toPlanes(heat, keypoints),
        centerMap: toPlanes(rest, channels, 2 * keypoints),
        offsetMap: toPlanes(rest, channels, 0, 2 * keypoints),
      };
    } catch (cause) {
      throw translated(cause);
    } finally {
      tf.dispose([heatmaps, regression]);
    }
  }

  /** Calls are served one after another; the input is disposed whatever happens. */
  function inTurn<Result>(input: tf.Tensor4D, serve: () => Promise<Result>): Promise<Result> {
    const result = queue.then(serve).finally(() => input.dispose());
    queue = result.catch(() => undefined);
    return result;
  }

  return {
    kind: 'tfjs',
    adapter: backend.adapter,

    async estimate(frame, geometry, { flip }) {
      // An async function runs up to its first await at once: the pixels are taken before it returns.
      checkSides(geometry.width, geometry.height);
      const input = work(() => inputOf(frame, geometry, backend.maxSide));
      return inTurn(input, async () => {
        let maps = await mapsOf(input);
        if (flip) {
          const mirrored = work(() => mirroredInput(input));
          try {
            maps = mergeFlipped(maps, await mapsOf(mirrored), set.mirror);
          } finally {
            mirrored.dispose();
          }
        }
        return candidatesFromMaps(maps, geometry.width, geometry.height);
      });
    },

    async runMaps(values, width, height) {
      checkSides(width, height);
      if (values.length !== 3 * width * height) {
        throw new ManyposeError(
          'invalid-argument', `expected ${3 * width * height} values for a ${width}×${height} input, got ${values.length}`,
        );
      }
      const input = work(() => tf.tensor4d(toChannelsLast(values, 3), [1, height, width, 3]));
      return inTurn(input, () => mapsOf(input));
    },

    dispose() {
      if (disposed) return;
      disposed = true;
      // What runs now still reads the weights.
      void queue.then(() => tf.dispose([...uploaded.values()]));
    },
  };
}

function checkSides(width: number, height: number): void {
  for (const side of [width, height]) {
    if (Number.isInteger(side / COARSEST_STRIDE) && side > 0) continue;
    throw new ManyposeError(
      'invalid-argument', `the input's sides must be multiples of ${COARSEST_STRIDE}, got ${width}×${height}`,
    );
  }
}
