import type { Model } from '../model/load.ts';
import type { Runtime, RuntimeKind } from '../runtime/runtime.ts';

/** What a caller may say about how a runtime runs. */
export interface RuntimeOptions {
  /** The caller's GPU, for WebGPU. */
  readonly device?: GPUDevice;
  /** Of WebAssembly. */
  readonly threads?: number;
}

/** A way to run a network that can be chosen. What it needs is loaded when it is. */
export interface RuntimeEntry {
  readonly kind: RuntimeKind;
  /** Its name in sentences. */
  readonly title: string;
  /** Why it would be no good choice here, before anything is opened; undefined if it would. Where left out, it is one everywhere. */
  whyNot?(): Promise<string | undefined>;
  /** @throws ManyposeError `no-runtime`, `device-lost`, `out-of-memory`, `gpu-error`, `invalid-model`. */
  open(model: Pick<Model, 'network' | 'weights'>, options: RuntimeOptions): Promise<Runtime>;
}
