import type { PoseCandidates } from './decode/candidates.ts';
import type { Frame } from './frame.ts';
import type { InputGeometry } from './geometry.ts';

/** The network's outputs, each in C order, at a quarter of the input's size. */
export interface NetworkMaps {
  readonly keypoints: number;
  readonly width: number;
  readonly height: number;
  /** [K, h, w]. */
  readonly heatmaps: Float32Array;
  /** [h, w]. */
  readonly centerMap: Float32Array;
  /** [2K, h, w]: x0, y0, x1, y1, ... in map cells; a keypoint lies at cell - offset. */
  readonly offsetMap: Float32Array;
}

/** Something that runs a network: the narrow waist between the estimator and the hardware. */
export interface Runtime {
  readonly kind: 'webgpu' | 'tfjs';
  /** The hardware, in words: "nvidia turing", "webgl". */
  readonly adapter: string;

  /**
   * One frame to candidates. The frame's pixels are taken before this function returns, so a video
   * may go on; calls are served one after another.
   *
   * @throws ManyposeError `tainted-image`, `device-lost`, `out-of-memory`, `gpu-error`, `disposed`.
   */
  estimate(frame: Frame, geometry: InputGeometry, options: { flip: boolean }): Promise<PoseCandidates>;

  /** The network alone: input [3, height, width], normalised, sides multiples of 32. */
  runMaps(input: Float32Array, width: number, height: number): Promise<NetworkMaps>;

  dispose(): void;
}
