import type { Network } from '../network/network.ts';
import { outputMaps } from '../network/network.ts';
import type { Weights } from '../network/weights.ts';
import type { CandidateBuffers } from './candidates-program.ts';
import { createCandidateBuffers } from './candidates-program.ts';
import type { OpenDevice } from './device.ts';
import { watched } from './error-scopes.ts';
import { importsVideo } from './frame-textures.ts';
import { flipMergePipeline } from './kernels/flip-merge.ts';
import { preprocessPipeline } from './kernels/preprocess.ts';
import { chooseFor } from './kernels/table.ts';
import type { LoadedLayers } from './loaded-layers.ts';
import { loadLayers } from './loaded-layers.ts';
import { gpuMemory } from './memory.ts';
import { createNetworkProgram } from './network-program.ts';
import { gpuOutputs } from './outputs.ts';
import type { Pipelines } from './pipelines.ts';
import { pipelinesOf } from './pipelines.ts';

/** A network on a device: what frames of all input sizes share. */
export interface LoadedNetwork {
  readonly device: GPUDevice;
  readonly network: Network;
  /** All that it needs are compiled. */
  readonly pipelines: Pipelines;
  readonly layers: LoadedLayers;
  readonly candidates: CandidateBuffers;
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
    const {
      result: { layers, candidates, calls },
      checked,
    } = watched(device, () => {
      const layers = loadLayers(memory, network, weights, chooseFor(capabilities));
      const candidates = createCandidateBuffers(memory, network);
      const sample = createNetworkProgram(
        sampleMemory,
        network,
        [network.input],
        outputMaps(network),
        layers,
        SAMPLE_SIDE,
        SAMPLE_SIDE,
      );
      return { layers, candidates, calls: [...sample.calls, ...candidates.callsFor(gpuOutputs(network, sample.mapOf))] };
    });
    await checked;
    await pipelines.compile([
      ...calls,
      flipMergePipeline,
      preprocessPipeline('texture'),
      ...(importsVideo(device) ? [preprocessPipeline('external')] : []),
    ]);
    return { device, network, pipelines, layers, candidates, destroy: () => memory.free() };
  } catch (cause) {
    memory.free();
    throw cause;
  } finally {
    sampleMemory.free();
  }
}
