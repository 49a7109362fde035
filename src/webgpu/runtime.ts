import type { ScaleMaps } from '../decode/candidates-from-maps.ts';
import type { PoseCandidates } from '../decode/candidates.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import type { Network } from '../network/network.ts';
import type { Weights } from '../network/weights.ts';
import { checkInput, checkSides } from '../runtime/input-checks.ts';
import type { Pass, ScalePasses } from '../runtime/passes.ts';
import { passesByScale, referenceGeometry, runPasses } from '../runtime/passes.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { createTurns } from '../runtime/turns.ts';
import { parseCandidates } from './candidates-program.ts';
import type { OpenDevice } from './device.ts';
import { openDevice } from './device.ts';
import { watchStart, watched } from './error-scopes.ts';
import type { FrameProgram } from './frame-program.ts';
import { createFrameProgram } from './frame-program.ts';
import type { TakenFrame } from './frame-textures.ts';
import { createFrameTextures } from './frame-textures.ts';
import type { GpuMap } from './kernel.ts';
import { packMap } from './layout.ts';
import type { LoadedNetwork } from './loaded-network.ts';
import { loadNetwork } from './loaded-network.ts';
import { readMaps } from './read-maps.ts';
import { keepRecent } from './recent.ts';

/** Input sizes that are kept ready: a page rarely alternates between more. */
const MAX_SIZES = 2;

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
    return runtimeOf(await loadNetwork(opened, network, weights), opened);
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

function runtimeOf(loaded: LoadedNetwork, opened: OpenDevice): Runtime {
  const { device, network, candidates } = loaded;
  const programs = keepRecent<FrameProgram>(MAX_SIZES);
  const frames = createFrameTextures(device);
  const turns = createTurns();
  let disposed = false;

  function check(): void {
    if (disposed) throw new ManyposeError('disposed', 'the detector was disposed');
    if (opened.isLost()) throw lost(opened);
  }

  const programFor = (width: number, height: number): FrameProgram =>
    programs.get(`${width}×${height}`, () => createFrameProgram(loaded, width, height));

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

  /** Submits a frame at one scale. @returns the maps that will hold the outputs. */
  function submitScale(taken: TakenFrame, { plain, mirrored }: ScalePasses): readonly GpuMap[] {
    const { geometry } = plain;
    const program = programFor(geometry.width, geometry.height);
    const encoder = device.createCommandEncoder({ label: 'frame' });
    program.recordFrame(encoder, taken, geometry, mirrored !== undefined);
    device.queue.submit([encoder.finish()]);
    return mirrored ? program.mergedMaps() : program.maps;
  }

  /** What is needed seldom is loaded late. */
  async function decodeMaps(scales: readonly ScaleMaps[], width: number, height: number): Promise<PoseCandidates> {
    const { candidatesFromScales } = await import('../decode/candidates-from-maps.ts');
    return candidatesFromScales(scales, width, height, network.decoding);
  }

  async function serveScales(taken: TakenFrame, passes: readonly Pass[]): Promise<PoseCandidates> {
    const { width, height } = referenceGeometry(passes);
    const found: ScaleMaps[] = [];
    for (const scale of passesByScale(passes)) {
      const { result: maps, checked } = watched(device, () => submitScale(taken, scale));
      await checked;
      found.push({ scale: scale.scale, maps: await readMaps(device, network, maps) });
    }
    return decodeMaps(found, width, height);
  }

  /** Of a network with finer heatmaps too: all passes' maps, which are joined here. */
  async function servePasses(taken: TakenFrame, passes: readonly Pass[]): Promise<PoseCandidates> {
    const { width, height } = referenceGeometry(passes);
    const found = await runPasses(passes, network.keypointSet.mirror, async (pass) => {
      const { result: maps, checked } = watched(device, () => {
        const program = programFor(pass.geometry.width, pass.geometry.height);
        const encoder = device.createCommandEncoder({ label: 'pass' });
        program.recordPass(encoder, taken, pass);
        device.queue.submit([encoder.finish()]);
        return program.maps;
      });
      await checked;
      return readMaps(device, network, maps);
    });
    return decodeMaps(found, width, height);
  }

  async function serveFrame(taken: TakenFrame, passes: readonly Pass[]): Promise<PoseCandidates> {
    if (network.outputs.heatmaps2x) return servePasses(taken, passes);
    const [scale, ...more] = passesByScale(passes);
    if (more.length > 0) return serveScales(taken, passes);
    const { width, height } = referenceGeometry(passes);
    const { staging } = candidates;
    let maps: readonly GpuMap[] = [];
    let data: ArrayBuffer;
    try {
      await watchStart(device, () => {
        maps = submitScale(taken, scale);
        return staging.mapAsync(GPUMapMode.READ);
      });
      data = staging.getMappedRange().slice(0);
    } finally {
      // wgpu refuses it for a buffer that nobody mapped.
      if (staging.mapState !== 'unmapped') staging.unmap();
    }
    // More local maxima than the lists hold, as noise has: the maps are still there.
    return (
      parseCandidates(data, network, width, height) ??
      decodeMaps([{ scale: 1, maps: await readMaps(device, network, maps) }], width, height)
    );
  }

  return {
    kind: 'webgpu',
    adapter: opened.adapter,

    async findCandidates(frame, passes) {
      // An async function runs up to its first await at once: the pixels are taken before it returns.
      check();
      turns.checkRoom();
      for (const { geometry } of passes) checkSides(geometry.width, geometry.height);
      // A video's frame that is not copied is gone after the first submission.
      const submissions = network.outputs.heatmaps2x ? passes : passesByScale(passes);
      const submittedNow = turns.idle && submissions.length === 1;
      const { result: taken, checked } = watched(device, () => frames.take(frame, submittedNow));
      return turns.take(() =>
        guarded(async () => {
          const [took, found] = await Promise.allSettled([checked, serveFrame(taken, passes)]);
          // Why the frame was not taken comes before what came of it.
          for (const each of [took, found]) if (each.status === 'rejected') throw each.reason;
          return (found as PromiseFulfilledResult<PoseCandidates>).value;
        }).finally(() => taken.release()),
      );
    },

    async runMaps(values, width, height) {
      check();
      turns.checkRoom();
      checkInput(values, width, height);
      const copy = values.slice();
      return turns.take(() =>
        guarded(async () => {
          const { result: maps, checked } = watched(device, () => {
            const program = programFor(width, height);
            const { buffer, offset } = program.input.range;
            device.queue.writeBuffer(buffer, offset, packMap(copy, program.input.shape));
            const encoder = device.createCommandEncoder({ label: 'network' });
            program.recordNetwork(encoder);
            device.queue.submit([encoder.finish()]);
            return program.maps;
          });
          await checked;
          return readMaps(device, network, maps);
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
