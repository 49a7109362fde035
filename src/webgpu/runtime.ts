import type { PoseCandidates } from '../decode/candidates.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import type { Network } from '../network/network.ts';
import { perBranch } from '../network/per-branch.ts';
import type { Weights } from '../network/weights.ts';
import { checkInput, checkSides } from '../runtime/input-checks.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { createTurns } from '../runtime/turns.ts';
import type { OpenDevice } from './device.ts';
import { openDevice } from './device.ts';
import { watchStart, watched } from './error-scopes.ts';
import type { FrameProgram } from './frame-program.ts';
import type { TakenFrame } from './frame-textures.ts';
import { createFrameTextures } from './frame-textures.ts';
import type { LoadedNetwork } from './loaded-network.ts';
import { loadNetwork } from './loaded-network.ts';
import type { ScheduledFrame } from './scheme.ts';
import { scheduled, schemeOfInput } from './scheme.ts';
import type { FramePrograms } from './frame-programs.ts';
import { createFramePrograms } from './frame-programs.ts';
import { queueWait } from './queue-wait.ts';

/**
 * Runs a network with our own kernels on WebGPU, float32. All pipelines are compiled when it
 * resolves; a new input size costs buffers and bind groups, a frame of a known size neither.
 *
 * @param options.device the caller's device, which stays open; without it one is opened and owned.
 * @throws ManyposeError `no-runtime` without WebGPU, `invalid-model` for weights that are not the
 *   network's, `device-lost`, `out-of-memory`, `gpu-error`.
 */
export async function createWebGpuRuntime(
  network: Network,
  weights: Weights,
  options: { device?: GPUDevice } = {},
): Promise<Runtime> {
  const opened = await openDevice(options.device);
  try {
    const split = perBranch(network, weights);
    const loaded = await loadNetwork(opened, split.network, split.weights);
    const programs = createFramePrograms(loaded);
    try {
      await programs.prepare(schemeOfInput(network, 1, 1));
    } catch (cause) {
      loaded.destroy();
      throw cause;
    }
    return runtimeOf(loaded, programs, opened);
  } catch (cause) {
    const error = await translated(cause, opened);
    opened.close();
    throw error;
  }
}

/** Whatever failed on a device, in our terms. */
async function translated(cause: unknown, opened: OpenDevice): Promise<ManyposeError> {
  if (await opened.settleLost()) return lost(opened, cause);
  return cause instanceof ManyposeError ? cause : new ManyposeError('gpu-error', `WebGPU: ${messageOf(cause)}`, { cause });
}

function lost({ adapter }: OpenDevice, cause?: unknown): ManyposeError {
  return new ManyposeError('device-lost', `the GPU went away (${adapter})`, { cause });
}

function runtimeOf(loaded: LoadedNetwork, programs: FramePrograms, opened: OpenDevice): Runtime {
  const { device, network } = loaded;
  const frames = createFrameTextures(device);
  const turns = createTurns();
  let disposed = false;

  function check(): void {
    if (disposed) throw new ManyposeError('disposed', 'the detector was disposed');
    if (opened.isLost()) throw lost(opened);
  }

  /** Frees what depends on an input's or a frame's size. */
  function forget(): void {
    programs.clear();
    frames.forget();
  }

  /** Work on the GPU, its errors in our terms. Synchronous up to the work's first await. */
  async function guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    check();
    try {
      const result = await work();
      check();
      return result;
    } catch (cause) {
      const error = await translated(cause, opened);
      // Nothing that was made on the way is trusted.
      if (error.code === 'gpu-error' || error.code === 'out-of-memory') forget();
      throw error;
    }
  }

  /** One submission and one readback, whatever the scheme. */
  async function serveFrame(taken: TakenFrame, { scheme, passes }: ScheduledFrame): Promise<PoseCandidates> {
    // Only a scheme's first frame waits.
    if (!programs.isReady(scheme)) await programs.prepare(scheme);
    let program: FrameProgram | undefined;
    let data: ArrayBuffer;
    try {
      await watchStart(device, () => {
        program = programs.of(scheme);
        const encoder = device.createCommandEncoder({ label: 'frame' });
        program.recordFrame(encoder, taken, passes);
        device.queue.submit([encoder.finish()]);
        return queueWait(device.queue, program.staging.mapAsync(GPUMapMode.READ));
      });
      data = program!.staging.getMappedRange().slice(0);
    } finally {
      // wgpu refuses it for a buffer that nobody mapped.
      if (program && program.staging.mapState !== 'unmapped') program.staging.unmap();
    }
    const found = program!.parse(data);
    if (found) return found;
    // More local maxima than the lists hold, as noise has: the maps are still there. What is needed seldom is loaded late.
    const { candidatesOfMaps } = await import('./whole-maps.ts');
    return candidatesOfMaps(device, network, program!, scheme);
  }

  return {
    kind: 'webgpu',
    adapter: opened.adapter,

    async findCandidates(frame, passes) {
      // An async function runs up to its first await at once: the pixels are taken before it returns.
      check();
      turns.checkRoom();
      for (const { geometry } of passes) checkSides(geometry.width, geometry.height);
      const schedule = scheduled(network, passes);
      // A video's frame that is not copied is gone after this task.
      const submittedNow = turns.idle && programs.isReady(schedule.scheme);
      const { result: taken, checked } = watched(device, () => frames.take(frame, submittedNow));
      return turns.take(() =>
        guarded(async () => {
          const [took, found] = await Promise.allSettled([checked, serveFrame(taken, schedule)]);
          // Why the frame was not taken comes before what came of it.
          for (const each of [took, found]) if (each.status === 'rejected') throw each.reason;
          return (found as PromiseFulfilledResult<PoseCandidates>).value;
        }).finally(() => taken.release()),
      );
    },

    async inspect(frame, geometry) {
      check();
      turns.checkRoom();
      checkSides(geometry.width, geometry.height);
      const scheme = schemeOfInput(network, geometry.width, geometry.height);
      const { result: taken, checked } = watched(device, () => frames.take(frame, false));
      return turns.take(() =>
        guarded(async () => {
          await checked;
          if (!programs.isReady(scheme)) await programs.prepare(scheme);
          const { inspectFrame } = await import('./whole-maps.ts');
          return inspectFrame(device, network, () => programs.of(scheme), taken, geometry);
        }).finally(() => taken.release()),
      );
    },

    async runMaps(values, width, height) {
      check();
      turns.checkRoom();
      checkInput(values, width, height);
      const copy = values.slice();
      const scheme = schemeOfInput(network, width, height);
      return turns.take(() =>
        guarded(async () => {
          if (!programs.isReady(scheme)) await programs.prepare(scheme);
          const { inspectInput } = await import('./whole-maps.ts');
          return inspectInput(device, network, () => programs.of(scheme), copy);
        }),
      );
    },

    dispose() {
      if (disposed) return;
      disposed = true;
      // What is under way ends first.
      void turns.ended().then(() => {
        forget();
        loaded.destroy();
        opened.close();
      });
    },
  };
}
