import type { DecodeOptions } from './decode/decode.ts';
import { decodePoses } from './decode/decode.ts';
import type { ScoringNet } from './decode/scoring-net.ts';
import { createScoringNet } from './decode/scoring-net.ts';
import { ManyposeError, messageOf } from './errors.ts';
import type { Frame, ImageInput } from './frame.ts';
import { frameOf, isTensor, pixelsOfTensor } from './frame.ts';
import { fitInput } from './geometry.ts';
import { defaultModel, howToGetModel } from './model/default-model.ts';
import type { ModelDescriptor } from './model/descriptor.ts';
import type { Model } from './model/load.ts';
import { loadModel } from './model/load.ts';
import type { Platform } from './platform.ts';
import type { KeypointSet, Pose } from './pose.ts';
import { KEYPOINT_SETS } from './pose.ts';
import type { Pass } from './runtime/passes.ts';
import type { Runtime, RuntimeKind } from './runtime/runtime.ts';
import type { ChosenRuntime } from './runtimes/choose.ts';
import { chooseRuntime } from './runtimes/choose.ts';
import type { RuntimeTable } from './runtimes/table.ts';

export interface DetectorOptions {
  /**
   * Folder of a model, or its manifest. If left out: in a page `models/coco_w32/` beside it, where
   * `npx manypose copy` puts the weights; in Node the installed package `@manypose/coco-w32`.
   */
  readonly modelUrl?: string | Platform<'URL'>;
  /**
   * What the model's manifest must be, which holds the hash of each of its files: `sha256-…` as in HTML's
   * `integrity` attribute. Weights of another's server are thus the ones that were chosen.
   */
  readonly modelIntegrity?: string;
  /**
   * What runs the network. 'auto' takes WebGPU or else WebGL if graphics hardware runs it, else
   * WebAssembly, else plain JavaScript. By name also a driver that computes on the CPU is taken.
   */
  readonly runtime?: 'auto' | RuntimeKind;
  /** A WebGPU device to share; it stays open after `dispose`. */
  readonly device?: Platform<'GPUDevice', { readonly lost: Promise<unknown>; destroy(): void }>;
  /** Of WebAssembly: at most this many threads, where the page is cross-origin isolated or in Node. As many as there are cores, up to 8, if left out. */
  readonly threads?: number;
  /** Shorter side of the network's input in pixels, a multiple of 32 from 64; the model's own if left out. */
  readonly inputSize?: number;
  /** Stops loading: the promise rejects with 'aborted'. */
  readonly signal?: Platform<'AbortSignal', { readonly aborted: boolean }>;
  /** Bytes of the weights, as they come. */
  readonly onProgress?: (progress: { loaded: number; total: number }) => void;
}

export interface EstimationConfig {
  /** At most this many people, the best ones: 1 to 30. Default 30. */
  readonly maxPoses?: number;
  /** Poses that score less are left out. Default 0.05. */
  readonly scoreThreshold?: number;
  /** Run the mirrored image too and average: twice the time, a little better. Default false. */
  readonly flip?: boolean;
  /** Place keypoints between pixels by a fit to the heatmap. Default true. */
  readonly refine?: boolean;
  /** Instead of the detector's. */
  readonly inputSize?: number;
}

/** Milliseconds of the last estimate: the network with up- and readback, decoding, and all. */
export interface Timings {
  readonly network: number;
  readonly decode: number;
  readonly total: number;
}

export interface DetectorInfo {
  readonly runtime: RuntimeKind;
  /** The hardware in words. */
  readonly adapter: string;
  /** Why this runtime runs, in words. */
  readonly reason: string;
  readonly model: ModelDescriptor;
  /** Zeros before the first estimate. */
  readonly timings: Timings;
}

/** Finds people's poses; shaped like the detectors of TensorFlow.js' pose-detection. */
export interface Detector {
  readonly info: DetectorInfo;
  readonly keypointSet: KeypointSet;
  /**
   * Poses of all people in an image, best first, in the image's own pixels. The pixels are taken
   * before this returns (but a tensor's), so a video may go on; calls at once are served in turn.
   * If the GPU is lost, it is opened anew once and the image taken again.
   *
   * @param timestamp of a video's frame in ms; kept for tracking, which this version does not do.
   * @throws ManyposeError `invalid-image`, `tainted-image`, `invalid-argument`, `device-lost`,
   *   `out-of-memory`, `gpu-error`, `disposed`.
   */
  estimatePoses(image: ImageInput, config?: EstimationConfig, timestamp?: number): Promise<Pose[]>;
  /** Forgets what was seen before; nothing is remembered from frame to frame yet. */
  reset(): void;
  /** Frees the GPU's memory. Calls under way end; later ones reject with `disposed`. */
  dispose(): void;
}

const MAX_POSES = 30;
const DEFAULT_SCORE_THRESHOLD = 0.05;

/**
 * Loads a model and the runtime for it, out of a table of them. Nothing of a runtime is downloaded
 * unless it is used.
 *
 * @throws ManyposeError `invalid-argument`, `no-runtime`, `device-lost`, `out-of-memory`,
 *   `gpu-error`, and what loading a model throws: `download-failed`, `corrupt-weights`,
 *   `invalid-model`, `aborted`.
 */
export async function openDetector(table: RuntimeTable, options: DetectorOptions): Promise<Detector> {
  const { runtime: wanted = 'auto' } = options;
  checkOptions(table, options);
  const source = options.modelUrl ?? defaultModel();
  const load = (watched: boolean): Promise<Model> =>
    loadModel(source, { integrity: options.modelIntegrity, ...(watched && { signal: options.signal, onProgress: options.onProgress }) });
  const model = await loadOrExplain(() => load(true), options);
  const { descriptor } = model;
  const scoringNet = model.scorer && createScoringNet(descriptor.keypointSet, model.scorer);
  const chosen = await chooseRuntime(table, wanted, model, options);
  if (options.signal?.aborted) {
    chosen.runtime.dispose();
    throw new ManyposeError('aborted', 'creating the detector was aborted', { cause: options.signal.reason });
  }
  const reopen = async (): Promise<ChosenRuntime> => chooseRuntime(table, wanted, await load(false), options);
  return detectorOf(chosen, descriptor, scoringNet, options, reopen);
}

function checkOptions({ runtimes }: RuntimeTable, { runtime = 'auto', device, threads, inputSize }: DetectorOptions): void {
  const kinds = ['auto', ...Object.keys(runtimes)];
  if (!kinds.includes(runtime)) {
    throw new ManyposeError('invalid-argument', `runtime must be one of '${kinds.join("', '")}', got '${String(runtime)}'`);
  }
  if (device !== undefined && runtime !== 'auto' && runtime !== 'webgpu') {
    throw new ManyposeError('invalid-argument', `a device is for the runtime 'webgpu', not for '${runtime}'`);
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new ManyposeError('invalid-argument', `threads must be a whole number from 1, got ${threads}`);
  }
  // Throws for a size that no frame could be fitted to.
  if (inputSize !== undefined) fitInput(inputSize, inputSize, inputSize);
}

async function loadOrExplain(load: () => Promise<Model>, options: DetectorOptions): Promise<Model> {
  try {
    return await load();
  } catch (error) {
    const missing = error instanceof ManyposeError && (error.code === 'download-failed' || error.code === 'invalid-model');
    if (!missing || options.modelUrl !== undefined) throw error;
    throw new ManyposeError(
      error.code,
      `${error.message}. ${howToGetModel()}`,
      { cause: error },
    );
  }
}

function detectorOf(
  first: ChosenRuntime, model: ModelDescriptor, scoringNet: ScoringNet | undefined, options: DetectorOptions,
  reopen: () => Promise<ChosenRuntime>,
): Detector {
  const keypointSet = KEYPOINT_SETS[model.keypointSet];
  let chosen = first;
  let timings: Timings = { network: 0, decode: 0, total: 0 };
  let disposed = false;
  let reopening: Promise<void> | undefined;

  function check(): void {
    if (disposed) throw new ManyposeError('disposed', 'the detector was disposed');
  }

  /** Replaces a runtime whose GPU was lost; calls that meet the loss together wait for one. */
  function replace(lost: Runtime): Promise<void> {
    if (chosen.runtime !== lost) return reopening ?? Promise.resolve();
    return reopening ??= reopen().then((opened) => {
      lost.dispose();
      if (disposed) opened.runtime.dispose();
      else chosen = opened;
    }).finally(() => {
      reopening = undefined;
    });
  }

  async function run(frame: Frame, config: EstimationConfig): Promise<Pose[]> {
    const start = performance.now();
    const geometry = fitInput(frame.width, frame.height, config.inputSize ?? options.inputSize ?? model.inputSize);
    const user = chosen.runtime;
    const passes = [false, true].slice(0, config.flip ? 2 : 1).map((mirrored): Pass => ({ geometry, scale: 1, mirrored }));
    const candidates = await user.findCandidates(frame, passes).catch(async (error: unknown) => {
      const lost = error instanceof ManyposeError && error.code === 'device-lost';
      // A caller's device is the caller's to replace.
      if (!lost || disposed || options.device) throw error;
      await replace(user).catch((cause: unknown) => {
        throw new ManyposeError('device-lost', `the GPU went away and could not be opened again: ${messageOf(cause)}`, { cause });
      });
      check();
      return chosen.runtime.findCandidates(frame, passes);
    });
    const inferred = performance.now();
    const poses = decodePoses(candidates, geometry, keypointSet, decodeOptions(config, scoringNet));
    const end = performance.now();
    timings = { network: inferred - start, decode: end - inferred, total: end - start };
    return poses;
  }

  return {
    keypointSet,
    get info() {
      const { runtime, reason } = chosen;
      return { runtime: runtime.kind, adapter: runtime.adapter, reason, model, timings };
    },

    async estimatePoses(image, config = {}) {
      check();
      checkConfig(config);
      if (!isTensor(image)) return run(frameOf(image), config);
      const pixels = await pixelsOfTensor(image);
      check();
      return run(frameOf(pixels), config);
    },

    reset: () => check(),

    dispose() {
      if (disposed) return;
      disposed = true;
      chosen.runtime.dispose();
    },
  };
}

function decodeOptions(config: EstimationConfig, scoringNet: ScoringNet | undefined): DecodeOptions {
  const { maxPoses, scoreThreshold = DEFAULT_SCORE_THRESHOLD, refine } = config;
  return { maxPoses, scoreThreshold, refine, scoringNet };
}

function checkConfig({ maxPoses = MAX_POSES, scoreThreshold = DEFAULT_SCORE_THRESHOLD }: EstimationConfig): void {
  if (!Number.isInteger(maxPoses) || maxPoses < 1 || maxPoses > MAX_POSES) {
    throw new ManyposeError('invalid-argument', `maxPoses must be a whole number from 1 to ${MAX_POSES}, got ${maxPoses}`);
  }
  if (!Number.isFinite(scoreThreshold)) {
    throw new ManyposeError('invalid-argument', `scoreThreshold must be a finite number, got ${scoreThreshold}`);
  }
}
