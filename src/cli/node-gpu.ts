import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ManyposeError } from '../errors.ts';
import { WEIGHTS_PACKAGE } from '../model/default-model.ts';
import { optionalPackage } from './packages.ts';

/** A GPU in Node, by Dawn. */
export interface NodeGpu {
  readonly device: GPUDevice;
  /** Dawn's instance: once it is collected it takes its devices' callbacks with it, or the process down. */
  readonly instance: GPU;
  /** Frees the device; then the process can end. */
  close(): void;
}

/** SwiftShader, which Debian's Chromium brings along: slow, but it runs anywhere. */
const CHROMIUM_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const LIMITS = ['maxStorageBufferBindingSize', 'maxBufferSize', 'maxTextureDimension2D'] as const;

/**
 * Opens a GPU with the optional npm package `webgpu` (Dawn). Vulkan's own variable
 * `VK_ICD_FILENAMES` picks among several drivers.
 *
 * @throws ManyposeError `no-runtime` without that package, a driver or an adapter.
 */
export async function openNodeGpu(): Promise<NodeGpu> {
  // Mesa's software driver wants a place for its runtime files.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  const dawn = await optionalPackage(() => import('webgpu'), 'WebGPU in Node is', 'webgpu', ['@napi-rs/canvas', WEIGHTS_PACKAGE]);
  Object.assign(globalThis, dawn.globals);
  let instance = dawn.create([]);
  let adapter = await instance.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter && !process.env.VK_ICD_FILENAMES && existsSync(CHROMIUM_DRIVER)) {
    process.env.VK_ICD_FILENAMES = CHROMIUM_DRIVER;
    instance = dawn.create([]);
    adapter = await instance.requestAdapter();
  }
  if (!adapter) {
    throw new ManyposeError(
      'no-runtime', 'no graphics adapter: install a Vulkan driver, or Mesa\'s software one (Debian: mesa-vulkan-drivers)',
    );
  }
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ label: 'manypose', requiredLimits });
  return { device, instance, close: () => device.destroy() };
}
