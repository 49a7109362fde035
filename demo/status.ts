import type { Detector, Pose } from 'manypose';
import { page } from './page.ts';

const NAMES = { webgpu: 'WebGPU', tfjs: 'TensorFlow.js' } as const;

/** "webgl (ANGLE (...))" in short. */
function shortAdapter({ runtime, adapter }: Detector['info']): string {
  if (runtime === 'webgpu') return adapter;
  const [backend] = adapter.split(' (');
  return backend.replace('webgl', 'WebGL').replace('webgpu', 'WebGPU').replace('cpu', 'CPU').replace('tfjs ', '');
}

/** The badge: what the network runs on, and why. */
export function showRuntime(info: Detector['info'], asked: 'auto' | 'webgpu' | 'tfjs'): void {
  page.runtime.dataset.kind = info.runtime;
  page.runtimeName.textContent = `${NAMES[info.runtime]} · ${shortAdapter(info)}`;
  page.runtime.title = `${info.adapter}. ${info.reason}`;
  page.reason.textContent = info.reason;
  const fallback = info.runtime === 'tfjs' && asked === 'auto';
  page.fallback.hidden = !fallback;
  page.fallback.textContent = fallback
    ? `WebGPU is not available here, so TensorFlow.js does the work: the same poses, but ${info.adapter === 'cpu' ? 'minutes for each, as there is no graphics card either' : 'slower'}.`
    : '';
}

export function showNoRuntime(text: string, failed: boolean): void {
  page.runtime.dataset.kind = failed ? 'failed' : 'none';
  page.runtimeName.textContent = text;
  page.runtime.title = '';
  page.reason.textContent = '';
  page.fallback.hidden = true;
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
