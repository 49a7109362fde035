import type { RuntimeKind } from 'manypose';

/** What the address asks for: `?runtime=wasm&quality=best&sample=kite`, `?size=128`, for tests and for links. */
export interface Parameters {
  runtime: 'auto' | RuntimeKind;
  quality: 'fast' | 'balanced' | 'best';
  /** Instead of the quality's: shorter side of the network's input, in pixels. */
  size: number | undefined;
  sample: string | undefined;
  modelUrl: URL;
}

const RUNTIMES = ['auto', 'webgpu', 'webgl', 'tfjs-webgpu', 'wasm', 'cpu'] as const;
const QUALITIES = ['fast', 'balanced', 'best'] as const;

function oneOf<T extends string>(value: string | null, allowed: readonly T[]): T | undefined {
  return allowed.find((candidate) => candidate === value);
}

/** Reads the query; a value that means nothing counts as absent. */
export function readParameters(query: string, base: string): Parameters {
  const values = new URLSearchParams(query);
  const size = Number(values.get('size'));
  return {
    runtime: oneOf(values.get('runtime'), RUNTIMES) ?? 'auto',
    quality: oneOf(values.get('quality'), QUALITIES) ?? 'balanced',
    size: Number.isInteger(size / 32) && size >= 64 && size <= 1024 ? size : undefined,
    sample: values.get('sample') ?? undefined,
    modelUrl: new URL(values.get('model') ?? 'models/coco_w32/', base),
  };
}
