import type { Detector, Pose, RuntimeKind } from 'manypose';
import { page } from './page.ts';

/** Names of what the network runs on. */
export const RUNTIME_NAMES: Readonly<Record<RuntimeKind, string>> = {
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  'tfjs-webgpu': 'TensorFlow.js on WebGPU',
  wasm: 'WebAssembly',
  cpu: 'JavaScript',
};

/** What to expect of a runtime that was chosen because there is no WebGPU. */
const FALLBACKS: Readonly<Partial<Record<RuntimeKind, string>>> = {
  webgl: 'WebGPU is not available here, so WebGL does the work: the same poses, but slower.',
  wasm: 'No graphics card does the work here, so the processor does: the same poses, a second or so for each picture.',
  cpu: 'This page may use neither a graphics card nor WebAssembly: the same poses, but minutes for each picture.',
};

/** The badge: what the network runs on, and why. */
export function showRuntime({ runtime, adapter, reason }: Detector['info'], asked: 'auto' | RuntimeKind): void {
  page.runtime.dataset.kind = runtime;
  page.runtimeName.textContent = `${RUNTIME_NAMES[runtime]} · ${adapter}`;
  page.runtime.title = `${adapter}. ${reason}`;
  page.reason.textContent = reason;
  const fallback = asked === 'auto' ? FALLBACKS[runtime] : undefined;
  page.fallback.hidden = fallback === undefined;
  page.fallback.textContent = fallback ?? '';
}

export function showNoRuntime(text: string, failed: boolean): void {
  page.runtime.dataset.kind = failed ? 'failed' : 'none';
  page.runtimeName.textContent = text;
  page.runtime.title = '';
  page.reason.textContent = '';
  page.fallback.hidden = true;
}

/** Which model runs. @param own whether it is the page's, and not a checkpoint that somebody brought */
export function showModel(name: string, origin: string, own: boolean): void {
  page.modelName.textContent = name;
  page.modelOrigin.textContent = origin;
  page.ownModel.hidden = own;
}

const round = (ms: number): string => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));

export function showResult(poses: readonly Pose[], timings: Detector['info']['timings']): void {
  page.people.textContent = String(poses.length);
  page.total.textContent = round(timings.total);
  page.network.textContent = round(timings.network);
  page.decode.textContent = round(timings.decode);
  page.save.disabled = poses.length === 0;
}

export function clearResult(): void {
  for (const value of [page.people, page.total, page.network, page.decode]) value.textContent = '–';
  page.save.disabled = true;
}

const LIVE_PAUSE_MS = 4000;
let announced = '';
let announcedAt = 0;

/** For screen readers: after each photo, and in live video when the count changes, not too often. */
export function announce(people: number, live: boolean): void {
  const text = people === 0 ? 'Nobody found' : `${people} ${people === 1 ? 'person' : 'people'} found`;
  const now = performance.now();
  if (live && (text === announced || now - announcedAt < LIVE_PAUSE_MS)) return;
  announced = text;
  announcedAt = now;
  page.announcer.textContent = text;
}
