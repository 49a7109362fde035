import type { PoseCandidates } from '../decode/candidates.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import type { InputGeometry } from '../geometry.ts';
import type { Network } from '../network/network.ts';
import type { Weights } from '../network/weights.ts';
import type { NetworkMaps } from '../ops/network-maps.ts';
import { checkInput, checkSides } from '../runtime/input-checks.ts';
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
import { pipelinesOf } from './pipelines.ts';
import type { Session, Shared } from './session.ts';
import { createSession } from './session.ts';
import { uploadWeights } from './weights.ts';

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
    const uploaded = uploadWeights(device, network, weights);
    const candidates = createCandidateBuffers(device, network.keypoints);
    shared = { device, network, pipelines, weights: uploaded, candidates };
    const sample = createNetworkProgram(
      device, network, [network.input], [network.heatmaps, network.regression], uploaded, SAMPLE_SIDE, SAMPLE_SIDE,
    );
    await pipelines.compile([
      ...sample.calls,
      ...candidates.callsFor(sample.mapOf(network.heatmaps), sample.mapOf(network.regression)),
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

  async function readMaps(heatmaps: GpuMap, regression: GpuMap): Promise<NetworkMaps> {
    const size = heatmaps.range.size + regression.range.size;
    const staging = device.createBuffer({ label: 'maps readback', size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    try {
      const encoder = device.createCommandEncoder({ label: 'read maps' });
      encoder.copyBufferToBuffer(heatmaps.range.buffer, heatmaps.range.offset, staging, 0, heatmaps.range.size);
      encoder.copyBufferToBuffer(regression.range.buffer, regression.range.offset, staging, heatmaps.range.size, regression.range.size);
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      const packed = new Float32Array(staging.getMappedRange());
      const split = heatmaps.range.size / 4;
      const rest = unpackMap(packed.subarray(split), regression.shape);
      const { width, height } = heatmaps.shape;
      const offsets = 2 * network.keypoints * width * height;
      return {
        keypoints: network.keypoints, width, height,
        heatmaps: unpackMap(packed.subarray(0, split), heatmaps.shape),
        offsetMap: rest.slice(0, offsets),
        centerMap: rest.slice(offsets),
      };
    } finally {
      staging.destroy();
    }
  }

  async function serveFrame(taken: TakenFrame, geometry: InputGeometry, flip: boolean): Promise<PoseCandidates> {
    const session = sessionFor(geometry.width, geometry.height);
    const encoder = device.createCommandEncoder({ label: 'frame' });
    session.recordFrame(encoder, taken, geometry, flip);
    device.queue.submit([encoder.finish()]);
    const { staging } = candidates;
    await staging.mapAsync(GPUMapMode.READ);
    const data = staging.getMappedRange().slice(0);
    staging.unmap();
    const found = parseCandidates(data, network.keypoints, geometry.width, geometry.height);
    if (found) return found;
    // More local maxima than the lists hold, as noise has: the maps are still there.
    const maps = flip ? session.mergedMaps() : session;
    const { candidatesFromMaps } = await import('../decode/candidates-from-maps.ts');
    return candidatesFromMaps(await readMaps(maps.heatmaps, maps.regression), geometry.width, geometry.height);
  }

  return {
    kind: 'webgpu',
    adapter: opened.adapter,

    async estimate(frame, geometry, { flip }) {
      // An async function runs up to its first await at once: the pixels are taken before it returns.
      check();
      checkSides(geometry.width, geometry.height);
      const taken = frames.take(frame, turns.idle);
      return turns.take(() => guarded(() => serveFrame(taken, geometry, flip)).finally(() => taken.release()));
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
        return readMaps(session.heatmaps, session.regression);
      }));
    },

    dispose() {
      if (disposed) return;
      // What is under way ends first.
      void turns.ended().then(() => {
        dropSessions();
        frames.destroy();
        candidates.destroy();
        shared.weights.destroy();
        close();
      });
      disposed = true;
    },
  };
}
