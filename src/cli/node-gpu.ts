import { tmpdir } from 'node:os';
import { ManyposeError } from '../errors.ts';
import { WEIGHTS_PACKAGE } from '../model/weights-package.ts';
import { richDevice } from '../webgpu/capabilities.ts';
import { optionalPackage } from './packages.ts';
import { findVulkan, namedDrivers, swiftShader } from './vulkan.ts';

/** A GPU in Node, by Dawn. */
export interface NodeGpu {
  readonly device: GPUDevice;
  /** Dawn's instance: once it is collected it takes its devices' callbacks with it, or the process down. */
  readonly instance: GPU;
  /** Frees the device; then the process can end. */
  close(): void;
}

/**
 * Opens a GPU with the optional npm package `webgpu` (Dawn). On Linux, where no Vulkan driver is
 * installed, Chromium's is taken; Vulkan's own variable `VK_DRIVER_FILES` picks among several.
 *
 * @throws ManyposeError `no-runtime`, with what is missing (package, Vulkan loader, driver) and how to get it.
 */
export async function openNodeGpu(): Promise<NodeGpu> {
  // Mesa's software driver wants a place for its runtime files.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  const dawn = await optionalPackage(() => import('webgpu'), 'WebGPU in Node is', 'webgpu', ['@napi-rs/canvas', WEIGHTS_PACKAGE]);
  const linux = process.platform === 'linux';
  if (linux) takeSwiftShaderIfAlone();
  const instance = dawn.create([]);
  const adapter = await instance.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new ManyposeError('no-runtime', `WebGPU finds no graphics adapter: ${linux ? missingOnLinux() : UPDATE_DRIVER}`);
  Object.assign(globalThis, dawn.globals);
  const device = await adapter.requestDevice(richDevice(adapter));
  return { device, instance, close: () => device.destroy() };
}

function takeSwiftShaderIfAlone(): void {
  if (namedDrivers() || findVulkan().drivers.length > 0) return;
  const driver = swiftShader();
  if (driver) process.env.VK_ICD_FILENAMES = driver;
}

const UPDATE_DRIVER = "install or update the graphics card's driver";
const GET_LOADER =
  'the Vulkan loader (libvulkan.so.1) is missing: ' +
  'apt-get install libvulkan1, dnf install vulkan-loader, or pacman -S vulkan-icd-loader';
const GET_DRIVER =
  "a Vulkan driver is missing: install the graphics card's, or Chromium, which brings one that runs on the CPU " +
  '(apt-get install chromium, dnf install chromium, or pacman -S chromium)';

function missingOnLinux(): string {
  const { loader, drivers } = findVulkan();
  const missing = [...(loader ? [] : [GET_LOADER]), ...(drivers.length > 0 ? [] : [namedDrivers() ? namesNone() : GET_DRIVER])];
  return missing.length > 0
    ? missing.join('; ')
    : `the Vulkan drivers that are installed (${drivers.join(', ')}) offer none; ${UPDATE_DRIVER}`;
}

function namesNone(): string {
  return `the Vulkan driver ${namedDrivers()}, which the environment names, is missing: correct VK_DRIVER_FILES and VK_ICD_FILENAMES, or unset them`;
}
