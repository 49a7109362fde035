import type { Frame } from '../../src/frame.ts';
import { fitInput } from '../../src/geometry.ts';
import type { Model } from '../../src/model/load.ts';
import { loadModel } from '../../src/model/load.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { ALL_RUNTIMES } from '../../src/runtimes/table.ts';

/** What is compared: our runtimes as a detector opens them, and TensorFlow.js' WebAssembly backend. */
const OPENERS = {
  wasm: (model: Model) => ALL_RUNTIMES.runtimes.wasm.open(model, { threads: 1 }),
  'wasm-threads': (model: Model) => ALL_RUNTIMES.runtimes.wasm.open(model, {}),
  'tfjs-wasm': async (model: Model) => (await import('./tfjs-wasm.ts')).openTfjsWasm(model),
  webgpu: (model: Model) => ALL_RUNTIMES.runtimes.webgpu.open(model, {}),
  webgl: (model: Model) => ALL_RUNTIMES.runtimes.webgl.open(model, {}),
  'tfjs-webgpu': (model: Model) =>
    import('@tensorflow/tfjs-backend-webgpu').then(() => ALL_RUNTIMES.runtimes['tfjs-webgpu'].open(model, {})),
} satisfies Record<string, (model: Model) => Promise<Runtime>>;

export type Contender = keyof typeof OPENERS;

const opened = new Map<Contender, Runtime>();
let picture: Frame | undefined;

/** Opens a runtime beside those that are open. Returns its adapter, and the milliseconds until it is ready, weights loaded. */
async function open(name: Contender, photo: string): Promise<{ adapter: string; ready: number }> {
  if (!picture) {
    const image = new Image();
    image.src = photo;
    await image.decode();
    picture = { source: image, width: image.naturalWidth, height: image.naturalHeight };
  }
  const model = await loadModel(new URL('/models/coco_w32/', location.href));
  const begin = performance.now();
  const runtime = await OPENERS[name](model);
  opened.set(name, runtime);
  return { adapter: runtime.adapter, ready: performance.now() - begin };
}

/** One frame from the picture to candidates: its milliseconds, and how many candidates score more than 0.2. */
async function frame(name: Contender, size: number): Promise<{ ms: number; candidates: number }> {
  const { width, height } = picture!;
  const begin = performance.now();
  const { peaks } = await opened
    .get(name)!
    .findCandidates(picture!, [{ scale: 1, mirrored: false, geometry: fitInput(width, height, size) }]);
  return { ms: performance.now() - begin, candidates: [...peaks.score].filter((score) => score > 0.2).length };
}

const bench = { open, frame };

declare global {
  interface Window {
    bench: typeof bench;
  }
}

window.bench = bench;
