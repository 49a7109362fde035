import type { RuntimeKind } from 'manypose';

/** What the address asks for: `?runtime=wasm&size=128&sample=kite`, for tests and for links. */
export interface Parameters {
  runtime: 'auto' | RuntimeKind;
  /** Shorter side of the network's input, in pixels. */
  size: number;
  sample: string | undefined;
  modelUrl: URL;
}

const DEFAULT_SIZE = 256;
const RUNTIMES = ['auto', 'webgpu', 'webgl', 'tfjs-webgpu', 'wasm', 'cpu'] as const;

function oneOf<T extends string>(value: string | null, allowed: readonly T[]): T | undefined {
  return allowed.find((candidate) => candidate === value);
}

/** Reads the query; a value that means nothing counts as absent. */
export function readParameters(query: string, base: string): Parameters {
  const values = new URLSearchParams(query);
  const size = Number(values.get('size') ?? DEFAULT_SIZE);
  return {
    runtime: oneOf(values.get('runtime'), RUNTIMES) ?? 'auto',
    size: Number.isInteger(size / 32) && size >= 64 && size <= 1024 ? size : DEFAULT_SIZE,
    sample: values.get('sample') ?? undefined,
    modelUrl: new URL(values.get('model') ?? 'models/coco_w32/', base),
  };
}
