import type { Network } from '../network/network.ts';
import { outputMaps } from '../network/network.ts';
import { partsOf } from '../network/parts.ts';
import type { Weights } from '../network/weights.ts';
import type { OpenDevice } from './device.ts';
import { watched } from './error-scopes.ts';
import { importsVideo } from './frame-textures.ts';
import { preprocessPipeline } from './kernels/preprocess.ts';
import { chooseFor, variantsOf } from './kernels/table.ts';
import type { LoadedLayers } from './loaded-layers.ts';
import { loadLayers } from './loaded-layers.ts';
import { gpuMemory } from './memory.ts';
import { createNetworkProgram } from './network-program.ts';
import type { Pipelines } from './pipelines.ts';
import { pipelinesOf } from './pipelines.ts';

/** A network on a device: what frames of all schemes share. */
export interface LoadedNetwork {
  readonly device: GPUDevice;
  readonly network: Network;
  /** All that the network needs are compiled. */
  readonly pipelines: Pipelines;
  readonly layers: LoadedLayers;
  destroy(): void;
}

/** Any size shows which kernels a network needs. */
const SAMPLE_SIDE = 64;

/** @throws ManyposeError `invalid-model` for weights that are not the network's, `out-of-memory`, `gpu-error`. */
export async function loadNetwork(
  { device, capabilities }: OpenDevice,
  network: Network,
  weights: Weights,
): Promise<LoadedNetwork> {
  const pipelines = pipelinesOf(device);
  const [memory, sampleMemory] = [gpuMemory(device), gpuMemory(device)];
  try {
    const variants = await variantsOf(network.layers, partsOf(network), chooseFor(capabilities));
    const {
      result: { layers, calls },
      checked,
    } = watched(device, () => {
      const loaded = loadLayers(memory, network, weights, variants);
      const kept = outputMaps(network);
      const sample = createNetworkProgram(sampleMemory, network, [network.input], kept, loaded, SAMPLE_SIDE, SAMPLE_SIDE);
      return { layers: loaded, calls: sample.calls };
    });
    await checked;
    await pipelines.compile([
      ...calls,
      preprocessPipeline('texture'),
      ...(importsVideo(device) ? [preprocessPipeline('external')] : []),
    ]);
    return { device, network, pipelines, layers, destroy: () => memory.free() };
  } catch (cause) {
    memory.free();
    throw cause;
  } finally {
    sampleMemory.free();
  }
}
