import { brandOf } from './brand.ts';
import { branded, callback, checkValue, finite, flag, having, oneOf, readOptions, text, whole } from './check-options.ts';
import type { Expected, OptionTable } from './check-options.ts';
import { ManyposeError } from './errors.ts';
import { INPUT_SIZES, isInputSize, isScales, SCALES } from './geometry.ts';
import type { Quality } from './network/descriptor.ts';
import { QUALITIES } from './network/descriptor.ts';
import { MAX_CANDIDATES } from './ops/candidate-rules.ts';
import type { Platform } from './platform.ts';
import type { RuntimeKind } from './runtime/runtime.ts';

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
  /**
   * How good poses are against how soon they come: the size of the input, its scales and the flip test that fit the model.
   * Default 'balanced': one run of the network.
   */
  readonly quality?: Quality;
  /** Shorter side of the network's input in pixels, a multiple of 32 from 64, instead of the quality's. */
  readonly inputSize?: number;
  /** false: switches the heatmaps' guidance of the regression off, without training anew. Default true. */
  readonly guidance?: boolean;
  /** false: makes adaptive convolutions ordinary ones, without training anew. Default true. */
  readonly adaptive?: boolean;
  /** Stops loading: the promise rejects with 'aborted'. */
  readonly signal?: Platform<'AbortSignal', { readonly aborted: boolean }>;
  /** Bytes of the weights, as they come. */
  readonly onProgress?: (progress: { loaded: number; total: number }) => void;
  /** Fetches the model's files in the platform's place: to send headers, or to have them from somewhere else. */
  readonly fetch?: (
    url: string,
    init: { cache: 'default' | 'no-cache' | 'reload'; signal: Platform<'AbortSignal', { readonly aborted: boolean }> },
  ) => Promise<Platform<'Response', { readonly ok: boolean; readonly status: number; readonly body: unknown }>>;
}

export interface EstimationConfig {
  /** At most this many people, the best ones: 1 to 30. Default 30. */
  readonly maxPoses?: number;
  /** Poses that score less are left out. Default 0.1. */
  readonly scoreThreshold?: number;
  /** Instead of the detector's. What is said beside it goes before what it stands for. */
  readonly quality?: Quality;
  /** Run the mirrored image too and average: twice the time, a little better. The quality's if left out. */
  readonly flip?: boolean;
  /**
   * Run the image at several sizes too, relative to `inputSize`, and average: `[0.5, 1]`, `[0.5, 1, 2]`. Contains 1; at
   * each, the sides must come out as multiples of 32, and an input pixel of scale 1 as a whole part of a map's cell. The
   * quality's if left out.
   */
  readonly scales?: readonly number[];
  /** Place keypoints between pixels by a fit to the heatmap. Default true. */
  readonly refine?: boolean;
  /** false: keypoints stay where they were regressed, instead of moving onto heatmap peaks. Default true. */
  readonly grouping?: boolean;
  /** false: poses score without the model's scoring net, if it has one. Default true. */
  readonly scoring?: boolean;
  /** Instead of the detector's. */
  readonly inputSize?: number;
}

/** Browsers take far less memory than as many workers would need. */
const MOST_THREADS = 64;

/** A text, or a URL as the platform makes them. */
const address: Expected = { words: 'an address', is: (value) => text.is(value) || brandOf(value) === 'URL' };
/** Not by its class: there may be none of that name here, as in Node. */
const gpuDevice = having('a GPUDevice', 'queue', 'lost', 'features', 'limits', 'createBuffer', 'pushErrorScope');
const inputSize: Expected = { words: INPUT_SIZES, is: isInputSize };

const quality = oneOf(QUALITIES);

const scales: Expected = { words: SCALES, is: isScales };

/** How poses come of one run of the network. */
export type InspectionConfig = Omit<EstimationConfig, 'flip' | 'scales'>;

const INSPECTION_CONFIG: OptionTable<InspectionConfig> = {
  maxPoses: whole(1, MAX_CANDIDATES),
  scoreThreshold: finite,
  refine: flag,
  grouping: flag,
  scoring: flag,
  quality,
  inputSize,
};
const ESTIMATION_CONFIG: OptionTable<EstimationConfig> = { ...INSPECTION_CONFIG, flip: flag, scales };

/**
 * The configuration of an estimate, read once and checked.
 *
 * @throws ManyposeError `invalid-argument`.
 */
export function readEstimation(config: EstimationConfig, timestamp?: number): EstimationConfig {
  checkValue('estimatePoses', 'timestamp', timestamp, finite);
  return readOptions('estimatePoses', config, ESTIMATION_CONFIG);
}

/** @throws ManyposeError `invalid-argument`. */
export function readInspection(config: InspectionConfig): InspectionConfig {
  return readOptions('inspect', config, INSPECTION_CONFIG);
}

/**
 * A detector's options, read once and checked.
 *
 * @param runtimes those that there are.
 * @throws ManyposeError `invalid-argument`.
 */
export function readDetectorOptions(options: DetectorOptions, runtimes: readonly string[]): DetectorOptions {
  const table: OptionTable<DetectorOptions> = {
    modelUrl: address,
    modelIntegrity: text,
    runtime: oneOf(['auto', ...runtimes]),
    device: gpuDevice,
    threads: whole(1, MOST_THREADS),
    quality,
    inputSize,
    guidance: flag,
    adaptive: flag,
    signal: branded('an AbortSignal', 'AbortSignal'),
    onProgress: callback,
    fetch: callback,
  };
  const read = readOptions('createDetector', options, table);
  const { device, runtime = 'auto' } = read;
  if (device !== undefined && runtime !== 'auto' && runtime !== 'webgpu') {
    throw new ManyposeError('invalid-argument', `createDetector: a device is for the runtime 'webgpu', not for '${runtime}'`);
  }
  return read;
}
