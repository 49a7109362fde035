import { ManyposeError, messageOf } from '../errors.ts';
import { describeAdapter, judgedByName } from './adapter-info.ts';

/**
 * The best graphics adapter here.
 *
 * @throws ManyposeError `no-runtime`, saying why there is none.
 */
export async function requestAdapter(): Promise<GPUAdapter> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) throw new ManyposeError('no-runtime', whyNoWebGpu());
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (cause) {
    throw new ManyposeError('no-runtime', `WebGPU cannot open the graphics adapter: ${messageOf(cause)}`, { cause });
  }
  if (!adapter) throw new ManyposeError('no-runtime', 'WebGPU finds no graphics adapter');
  return adapter;
}

function whyNoWebGpu(): string {
  if (globalThis.isSecureContext === false) return 'WebGPU needs https or localhost';
  return typeof document === 'undefined' && !('WorkerGlobalScope' in globalThis)
    ? 'there is no navigator.gpu here: give a GPUDevice, of the npm package "webgpu" for one, as `device`'
    : 'this browser has no WebGPU';
}

/** Why WebGPU would compute on the CPU here, or not at all; undefined if there is hardware for it. */
export async function whyNoHardware(): Promise<string | undefined> {
  let adapter: GPUAdapter;
  try {
    adapter = await requestAdapter();
  } catch (error) {
    return messageOf(error);
  }
  return (await isSoftware(adapter)) ? `WebGPU would run on the CPU here (${describeAdapter(adapter.info)})` : undefined;
}

/**
 * Whether an adapter computes on the CPU: by what it says, or, where the browser masks its name, by
 * its speed.
 */
export async function isSoftware(adapter: GPUAdapter): Promise<boolean> {
  // Where it stood before it moved to the adapter's information.
  if ((adapter as { isFallbackAdapter?: boolean }).isFallbackAdapter) return true;
  const judged = judgedByName(adapter.info);
  if (judged !== 'unknown') return judged === 'software';
  // Most pages never need it.
  const { isSlowAdapter } = await import('./slow-adapter.ts');
  return isSlowAdapter(adapter);
}
