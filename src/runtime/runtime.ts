import type { PoseCandidates } from '../decode/candidates.ts';
import type { Frame } from '../frame.ts';
import type { InputGeometry } from '../geometry.ts';
import type { InspectedMaps } from '../network/inspected-maps.ts';
import type { Pass } from './passes.ts';

/** Where a network can run: our kernels on WebGPU, TensorFlow.js on WebGL or WebGPU, WebAssembly, plain JavaScript. */
export type RuntimeKind = 'webgpu' | 'webgl' | 'tfjs-webgpu' | 'wasm' | 'cpu';

/** Something that runs a network: the narrow waist between the detector and the hardware. */
export interface Runtime {
  readonly kind: RuntimeKind;
  /** The hardware, in words: "nvidia turing", "ANGLE (…)", "2 threads". */
  readonly adapter: string;

  /**
   * One frame to candidates, by one or more passes, one of them of scale 1. The frame's pixels are
   * taken before this function returns, so a video may go on; calls are served one after another, and
   * a few dozen can wait.
   *
   * @throws ManyposeError `invalid-image`, `tainted-image`, `device-lost`, `out-of-memory`, `gpu-error`, `busy`, `disposed`.
   */
  findCandidates(frame: Frame, passes: readonly Pass[]): Promise<PoseCandidates>;

  /** What goes on in the network while it looks at a frame, once and as it is. As for `findCandidates`. */
  inspect(frame: Frame, geometry: InputGeometry): Promise<InspectedMaps>;

  /** The same of the network alone: input [3, height, width], normalised, sides multiples of 32. */
  runMaps(input: Float32Array, width: number, height: number): Promise<InspectedMaps>;

  /** Frees what the runtime holds once the calls under way have ended; later ones reject with `disposed`. */
  dispose(): void;
}
