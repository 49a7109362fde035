import type { ScaleMaps } from '../decode/candidates-from-maps.ts';
import type { PoseCandidates } from '../decode/candidates.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import type { Network } from '../network/network.ts';
import { outputMaps } from '../network/network.ts';
import { networkMaps, slicePlanes } from '../network/output-maps.ts';
import type { Weights } from '../network/weights.ts';
import type { NetworkMaps } from '../ops/network-maps.ts';
import type { Planes } from '../ops/planes.ts';
import { checkInput, checkSides } from '../runtime/input-checks.ts';
import type { Pass, ScalePasses } from '../runtime/passes.ts';
import { passesByScale, referenceGeometry } from '../runtime/passes.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { createTurns } from '../runtime/turns.ts';
import { createCandidateBuffers, parseCandidates } from './candidates-program.ts';
import { openDevice } from './device.ts';
import type { TakenFrame } from './frame-source.ts';
import { createFrameSource, importsVideo } from './frame-source.ts';
import type { GpuMap } from './kernel.ts';
import { flipMergePipeline } from './kernels/flip-merge.ts';
import { preprocessPipeline } from './kernels/preprocess.ts';
import { packMap, unpackMap } from './layout.ts';
import { createNetworkProgram } from './network-program.ts';
import { gpuOutputs } from './outputs.ts';
import { pipelinesOf } from './pipelines.ts';
import type { Session, Shared } from './session.ts';
import { createSession } from './session.ts';
import { loadLayers } from './loaded-layers.ts';
import { chooseFor } from './kernels/table.ts';

/** Input sizes that are kept ready: a page rarely alternates between more. */
const MAX_SESSIONS = 2;
/** Any size shows which kernels a network needs. */
const SAMPLE_SIDE = 64;

/**
 * Runs a network with our own kernels on WebGPU, float32. All pipelines are compiled when it
 * resolves; a new input size costs buffers and bind groups, a frame of a known size neither.
 *
 * @param options.device the caller's device, which stays open; without it one is opened and owned.
 * @throws ManyposeError `no-runtime` without WebGPU, `invalid-model` for weights that are not the
 *   network's, `out-of-memory`, `gpu-error`.
 */
export async function createWebGpuRuntime(
  network: Network, weights: Weights, options: { device?: GPUDevice } = {},
): Promise<Runtime> {
  const opened = await openDevice(options.device);
  const { device } = opened;
  const close = (): void => void (opened.owned && device.destroy());
  const scopes = guard(device);
  let shared: Shared;
  try {
    const pipelines = pipelinesOf(device);
    const layers = loadLayers(device, network, weights, chooseFor(opened.capabilities));
    const candidates = createCandidateBuffers(device, network);
    shared = { device, network, pipelines, layers, candidates };
    const sample = createNetworkProgram(
      device, network, [network.input], outputMaps(network), layers, SAMPLE_SIDE, SAMPLE_SIDE,
    );
    await pipelines.compile([
      ...sample.calls,
      ...candidates.callsFor(gpuOutputs(network, sample.mapOf)),
      flipMergePipeline,
      preprocessPipeline('texture'),
      ...(importsVideo(device) ? [preprocessPipeline('external')] : []),
    ]);
    sample.destroy();
    await scopes.settle();
  } catch (cause) {
    await scopes.settle().catch(() => undefined);
    close();
    throw cause;
  }
  return runtimeOf(shared, opened, close);
}

/** Collects what the device finds wrong between now and `settle`. */
function guard(device: GPUDevice): { settle(): Promise<void> } {
  const filters = ['validation', 'out-of-memory', 'internal'] as const;
  for (const filter of filters) device.pushErrorScope(filter);
  let settled: Promise<void> | undefined;
  return {
    settle: () => settled ??= (async () => {
      const errors = await Promise.all([...filters].reverse().map((filter) =>
        device.popErrorScope().then((error) => error && { filter, error })));
      const found = errors.find((each) => each !== null);
      if (!found) return;
      const code = found.filter === 'out-of-memory' ? 'out-of-memory' : 'gpu-error';
      throw new ManyposeError(code, `the GPU reports: ${found.error.message}`);
    })(),
  };
}

function runtimeOf(shared: Shared, opened: Awaited<ReturnType<typeof openDevice>>, close: () => void): Runtime {
  const { device, network, candidates } = shared;
  const sessions = new Map<string, Session>();
  const frames = createFrameSource(device);
  let disposed = false;
  const turns = createTurns();

  function check(): void {
    if (disposed) throw new ManyposeError('disposed', 'the detector was disposed');
    if (opened.isLost()) throw new ManyposeError('device-lost', `the GPU went away (${opened.adapter})`);
  }

  /** The session of an input size, made on first use; the one unused for longest makes room. */
  function sessionFor(width: number, height: number): Session {
    const key = `${width}×${height}`;
    const session = sessions.get(key) ?? createSession(shared, width, height);
    sessions.delete(key);
    sessions.set(key, session);
    for (const [oldest, old] of sessions) {
      if (sessions.size <= MAX_SESSIONS) break;
      sessions.delete(oldest);
      old.destroy();
    }
    return session;
  }

  /** After an error nothing of the buffers is trusted. */
  function dropSessions(): void {
    for (const session of sessions.values()) session.destroy();
    sessions.clear();
  }

  async function translated(cause: unknown): Promise<ManyposeError> {
    if (await opened.settleLost()) return new ManyposeError('device-lost', `the GPU went away (${opened.adapter})`, { cause });
    return cause instanceof ManyposeError ? cause : new ManyposeError('gpu-error', `WebGPU: ${messageOf(cause)}`, { cause });
  }

  /** Runs work on the GPU, its errors in our terms. Synchronous up to the work's first await. */
  async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    check();
    const scopes = guard(device);
    try {
      const working = work();
      const [result] = await Promise.all([working, scopes.settle()]);
      check();
      return result;
    } catch (cause) {
      await scopes.settle().catch(() => undefined);
      const error = await translated(cause);
      if (error.code === 'gpu-error' || error.code === 'out-of-memory') dropSessions();
      throw error;
    }
  }

  /** The outputs in maps [of `outputMaps`' order] that the last submission wrote. */
  async function readMaps(maps: readonly GpuMap[]): Promise<NetworkMaps> {
    const size = maps.reduce((sum, { range }) => sum + range.size, 0);
    const staging = device.createBuffer({ label: 'maps readback', size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    try {
      const encoder = device.createCommandEncoder({ label: 'read maps' });
      let offset = 0;
      const offsets = maps.map(({ range }) => {
        encoder.copyBufferToBuffer(range.buffer, range.offset, staging, offset, range.size);
        return (offset += range.size) - range.size;
      });
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      const packed = staging.getMappedRange();
      const planes = maps.map(({ shape, range }, i): Planes => ({
        channels: shape.parts.reduce((sum, channels) => sum + channels, 0), width: shape.width, height: shape.height,
        values: unpackMap(new Float32Array(packed, offsets[i], range.size / 4), shape),
      }));
      const held = outputMaps(network);
      return networkMaps(network.outputs, (output) => slicePlanes(planes[held.indexOf(output.map)], output));
    } finally {
      staging.destroy();
    }
  }

  function submitScale(taken: TakenFrame, { plain, mirrored }: ScalePasses): readonly GpuMap[] {
    const { geometry } = plain;
    const session = sessionFor(geometry.width, geometry.height);
    const encoder = device.createCommandEncoder({ label: 'frame' });
    session.recordFrame(encoder, taken, geometry, mirrored !== undefined);
    device.queue.submit([encoder.finish()]);
    return mirrored ? session.mergedMaps() : session.maps;
  }

  /** What is needed seldom is loaded late. */
  async function decodeMaps(scales: readonly ScaleMaps[], width: number, height: number): Promise<PoseCandidates> {
    const { candidatesFromScales } = await import('../decode/candidates-from-maps.ts');
    return candidatesFromScales(scales, width, height);
  }

  async function serveFrame(taken: TakenFrame, passes: readonly Pass[]): Promise<PoseCandidates> {
    const { width, height } = referenceGeometry(passes);
    const scales = passesByScale(passes);
    if (scales.length > 1) {
      const found: ScaleMaps[] = [];
      for (const scale of scales) found.push({ scale: scale.scale, maps: await readMaps(submitScale(taken, scale)) });
      return decodeMaps(found, width, height);
    }
    const maps = submitScale(taken, scales[0]);
    const { staging } = candidates;
    await staging.mapAsync(GPUMapMode.READ);
    const data = staging.getMappedRange().slice(0);
    staging.unmap();
    // More local maxima than the lists hold, as noise has: the maps are still there.
    const found = parseCandidates(data, network, width, height);
    return found ?? decodeMaps([{ scale: 1, maps: await readMaps(maps) }], width, height);
  }

  return {
    kind: 'webgpu',
    adapter: opened.adapter,

    async findCandidates(frame, passes) {
      // An async function runs up to its first await at once: the pixels are taken before it returns.
      check();
      for (const { geometry } of passes) checkSides(geometry.width, geometry.height);
      // A video's frame that is not copied is gone after the first submission.
      const taken = frames.take(frame, turns.idle && passesByScale(passes).length === 1);
      return turns.take(() => guarded(() => serveFrame(taken, passes)).finally(() => taken.release()));
    },

    async runMaps(values, width, height) {
      check();
      checkInput(values, width, height);
      const copy = values.slice();
      return turns.take(() => guarded(async () => {
        const session = sessionFor(width, height);
        const { buffer, offset } = session.input.range;
        device.queue.writeBuffer(buffer, offset, packMap(copy, session.input.shape));
        const encoder = device.createCommandEncoder({ label: 'network' });
        session.recordNetwork(encoder);
        device.queue.submit([encoder.finish()]);
        return readMaps(session.maps);
      }));
    },

    dispose() {
      if (disposed) return;
      // What is under way ends first.
      void turns.ended().then(() => {
        dropSessions();
        frames.destroy();
        candidates.destroy();
        shared.layers.destroy();
        close();
      });
      disposed = true;
    },
  };
}
