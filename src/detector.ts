import { areGrouped, groupedPoses } from './decode/grouped-poses.ts';
import type { DecodeOptions } from './decode/poses-of.ts';
import type { ScoringNet } from './decode/scoring-net.ts';
import { ManyposeError, messageOf, typed } from './errors.ts';
import type { Frame, ImageInput } from './frame.ts';
import { frameOf, isTensor } from './frame.ts';
import type { InputGeometry } from './geometry.ts';
import { fitInput } from './geometry.ts';
import type { Inspection } from './inspection.ts';
import { defaultModel } from './model/default-model.ts';
import type { ModelDescriptor } from './network/descriptor.ts';
import { presetOf } from './network/presets.ts';
import type { Model } from './model/load.ts';
import { loadModel } from './model/load.ts';
import type { Network } from './network/network.ts';
import type { KeypointSet, Pose } from './pose.ts';
import { DEFAULT_SCORE_THRESHOLD, KEYPOINT_SETS } from './pose.ts';
import type { DetectorOptions, EstimationConfig, InspectionConfig } from './options.ts';
import { readDetectorOptions, readEstimation, readInspection } from './options.ts';
import { passesOf } from './runtime/passes.ts';
import type { Runtime, RuntimeKind } from './runtime/runtime.ts';
import type { ChosenRuntime } from './runtimes/choose.ts';
import { createBackoff } from './runtime/backoff.ts';
import { chooseRuntime } from './runtimes/choose.ts';
import type { RuntimeTable } from './runtimes/table.ts';

/** Milliseconds of the last estimate or look inside: the network with up- and readback, decoding, and all. */
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
  /** Whether the model has a scoring net. */
  readonly scoring: boolean;
  /** Zeros before the first estimate. */
  readonly timings: Timings;
}

/** Finds people's poses; shaped like the detectors of TensorFlow.js' pose-detection. */
export interface Detector {
  readonly info: DetectorInfo;
  readonly keypointSet: KeypointSet;
  /**
   * Poses of all people in an image, best first, in the image's own pixels. The pixels are taken
   * before this returns (but a tensor's), so a video may go on; calls at once are served in turn,
   * and up to 32 can be under way. If the GPU is lost, it is opened anew and the image taken again; as long
   * as that fails, attempts become rarer and calls in between fail at once.
   *
   * @param timestamp of a video's frame in ms; kept for tracking, which this version does not do.
   * @throws ManyposeError `invalid-image`, `tainted-image`, `invalid-argument`, `device-lost`,
   *   `out-of-memory`, `gpu-error`, `busy`, `disposed`, `internal`.
   */
  estimatePoses(image: ImageInput, config?: EstimationConfig, timestamp?: number): Promise<Pose[]>;
  /**
   * What goes on in the network while it looks at an image, once and as it is: heatmaps, center map, offsets, and where
   * its adaptive convolutions sample, with the people that come of it; `manypose/draw` draws them. As `estimatePoses`,
   * but whole maps are read, which takes a little longer.
   *
   * @throws ManyposeError as `estimatePoses`.
   */
  inspect(image: ImageInput, config?: InspectionConfig): Promise<Inspection>;
  /** Forgets what was seen before; nothing is remembered from frame to frame yet. */
  reset(): void;
  /** Frees the GPU's memory. Calls under way end; later ones reject with `disposed`. */
  dispose(): void;
}

/**
 * Loads a model and the runtime for it, out of a table of them. Nothing of a runtime is downloaded
 * unless it is used.
 *
 * @throws ManyposeError `invalid-argument`, `no-runtime`, `device-lost`, `out-of-memory`,
 *   `gpu-error`, and what loading a model throws: `download-failed`, `corrupt-weights`,
 *   `invalid-model`, `aborted`; `internal`.
 */
export function openDetector(table: RuntimeTable, options: DetectorOptions): Promise<Detector> {
  return typed(() => open(table, options));
}

async function open(table: RuntimeTable, given: DetectorOptions): Promise<Detector> {
  const options = readDetectorOptions(given, Object.keys(table.runtimes));
  const { runtime: wanted = 'auto' } = options;
  const source = options.modelUrl ?? (await defaultModel());
  const load = async (watched: boolean): Promise<Model> => {
    const whole = await loadModel(source, {
      integrity: options.modelIntegrity,
      fetch: options.fetch,
      ...(watched && { signal: options.signal, onProgress: options.onProgress }),
    });
    const { guidance = true, adaptive = true } = options;
    return guidance && adaptive ? whole : (await import('./model/ablate.ts')).ablate(whole, options);
  };
  const model = await loadOrExplain(() => load(true), options);
  const { descriptor } = model;
  const scoringNet =
    model.scorer && (await import('./decode/scoring-net.ts')).createScoringNet(descriptor.keypointSet, model.scorer);
  const chosen = await chooseRuntime(table, wanted, model, options);
  if (options.signal?.aborted) {
    chosen.runtime.dispose();
    throw new ManyposeError('aborted', 'creating the detector was aborted', { cause: options.signal.reason });
  }
  const reopen = async (): Promise<ChosenRuntime> => chooseRuntime(table, wanted, await load(false), options);
  // The weights are the runtime's now.
  return detectorOf(chosen, { descriptor, network: model.network }, scoringNet, options, reopen);
}

async function loadOrExplain(load: () => Promise<Model>, options: DetectorOptions): Promise<Model> {
  try {
    return await load();
  } catch (error) {
    const missing = error instanceof ManyposeError && (error.code === 'download-failed' || error.code === 'invalid-model');
    if (!missing || options.modelUrl !== undefined) throw error;
    const { howToGetModel } = await import('./model/missing-model.ts');
    throw new ManyposeError(error.code, `${error.message}. ${howToGetModel()}`, { cause: error });
  }
}

function detectorOf(
  first: ChosenRuntime,
  { descriptor: model, network }: Pick<Model, 'descriptor' | 'network'>,
  scoringNet: ScoringNet | undefined,
  options: DetectorOptions,
  reopen: () => Promise<ChosenRuntime>,
): Detector {
  const keypointSet = KEYPOINT_SETS[model.keypointSet];
  let chosen = first;
  let timings: Timings = { network: 0, decode: 0, total: 0 };
  let disposed = false;
  let reopening: Promise<void> | undefined;
  const attempts = createBackoff();

  function check(): void {
    if (disposed) throw new ManyposeError('disposed', 'the detector was disposed');
  }

  /** Replaces a runtime whose GPU was lost; calls that meet the loss together wait for one. */
  async function replace(lost: Runtime): Promise<void> {
    if (chosen.runtime !== lost) return reopening;
    if (reopening) return reopening;
    attempts.begin();
    return (reopening = reopen()
      .then((opened) => {
        lost.dispose();
        if (disposed) opened.runtime.dispose();
        else chosen = opened;
      })
      .finally(() => {
        reopening = undefined;
      }));
  }

  /** On the runtime of the moment; once more on another if it is lost. */
  async function onRuntime<Result>(work: (runtime: Runtime) => Promise<Result>): Promise<Result> {
    const user = chosen.runtime;
    const result = await work(user).catch(async (error: unknown) => {
      const lost = error instanceof ManyposeError && error.code === 'device-lost';
      // A caller's device is the caller's to replace.
      if (!lost || disposed || options.device) throw error;
      await replace(user).catch((cause: unknown) => {
        throw new ManyposeError('device-lost', `${messageOf(error)} and could not be opened again: ${messageOf(cause)}`, {
          cause,
        });
      });
      check();
      return work(chosen.runtime);
    });
    attempts.succeeded();
    return result;
  }

  /** A configuration with what its quality stands for. One of a call's own goes before a size of the detector's. */
  function completed(config: EstimationConfig): EstimationConfig & { readonly inputSize: number } {
    const preset = presetOf(model, config.quality ?? options.quality);
    const inputSize = (config.quality ? undefined : options.inputSize) ?? preset.inputSize;
    return { ...preset, inputSize, ...config };
  }

  const geometryOf = ({ width, height }: Frame, config: InspectionConfig): InputGeometry =>
    fitInput(width, height, completed(config).inputSize);

  /** Takes the time of both. */
  async function timed<Maps, Result>(infer: () => Promise<Maps>, decode: (maps: Maps) => Promise<Result>): Promise<Result> {
    const start = performance.now();
    const maps = await infer();
    const inferred = performance.now();
    const result = await decode(maps);
    const end = performance.now();
    timings = { network: inferred - start, decode: end - inferred, total: end - start };
    return result;
  }

  async function run(frame: Frame, config: EstimationConfig): Promise<Pose[]> {
    const geometry = geometryOf(frame, config);
    const passes = passesOf(geometry, network, completed(config));
    const infer = () => onRuntime((runtime) => runtime.findCandidates(frame, passes));
    return timed(infer, async (candidates) => {
      const how = decodeOptions(config, scoringNet, network);
      const decode = areGrouped(how) ? groupedPoses : (await import('./decode/decode.ts')).decodePoses;
      return decode(candidates, geometry, keypointSet, how);
    });
  }

  async function look(frame: Frame, config: InspectionConfig): Promise<Inspection> {
    const geometry = geometryOf(frame, config);
    const infer = () => onRuntime((runtime) => runtime.inspect(frame, geometry));
    return timed(infer, async (maps) => {
      const { inspectionOf } = await import('./decode/inspection-of.ts');
      return inspectionOf(maps, geometry, keypointSet, decodeOptions(config, scoringNet, network));
    });
  }

  async function onImage<Result>(image: ImageInput, work: (frame: Frame) => Promise<Result>): Promise<Result> {
    let pixels = image;
    if (isTensor(pixels)) {
      pixels = await (await import('./tensor-pixels.ts')).pixelsOfTensor(pixels);
      check();
    }
    const frame = frameOf(pixels);
    if ('fault' in frame) throw (await import('./image-faults.ts')).unusableImage(frame);
    return work(frame);
  }

  return {
    keypointSet,
    get info() {
      const { runtime, reason } = chosen;
      return { runtime: runtime.kind, adapter: runtime.adapter, reason, model, scoring: scoringNet !== undefined, timings };
    },

    async estimatePoses(image, given = {}, timestamp) {
      check();
      const config = readEstimation(given, timestamp);
      return typed(() => onImage(image, (frame) => run(frame, config)));
    },

    async inspect(image, given = {}) {
      check();
      const config = readInspection(given);
      return typed(() => onImage(image, (frame) => look(frame, config)));
    },

    reset: () => check(),

    dispose() {
      if (disposed) return;
      disposed = true;
      chosen.runtime.dispose();
    },
  };
}

function decodeOptions(
  config: InspectionConfig,
  scoringNet: ScoringNet | undefined,
  { decoding }: Pick<Network, 'decoding'>,
): DecodeOptions {
  const { maxPoses, scoreThreshold = DEFAULT_SCORE_THRESHOLD, refine, grouping, scoring = true } = config;
  return { maxPoses, scoreThreshold, refine, grouping, scoringNet: scoring ? scoringNet : undefined, rules: decoding };
}
