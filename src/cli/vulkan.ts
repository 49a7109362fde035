import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What Dawn needs of a Linux system: the loader, which it opens by name, and a driver that the loader finds. */
export interface Vulkan {
  readonly loader: boolean;
  /** Manifests of the drivers that the loader would find by itself, or that the environment names. */
  readonly drivers: readonly string[];
}

const LOADER = 'libvulkan.so.1';

/** Folders in which the loader looks for drivers' manifests, below each of these. */
const DATA_FOLDERS = ['/etc', '/usr/local/etc', '/usr/local/share', '/usr/share'];

/** Chromium and Chrome bring SwiftShader along, a driver on the CPU: slow, but it runs anywhere. Debian's, Fedora's, Arch's, Google's. */
const SWIFTSHADER = [
  '/usr/lib/chromium',
  '/usr/lib64/chromium-browser',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
  '/opt/chromium',
].map((folder) => `${folder}/vk_swiftshader_icd.json`);

/** The first of Chromium's drivers that is there. */
export function swiftShader(): string | undefined {
  return SWIFTSHADER.find((path) => existsSync(path));
}

/** Looks for Vulkan without starting it. */
export function findVulkan(env: NodeJS.ProcessEnv = process.env): Vulkan {
  return { loader: canOpen(LOADER), drivers: driversOf(env).filter((path) => existsSync(path)) };
}

/** The drivers that Vulkan's own variables name; undefined if the loader is to find them. */
export function namedDrivers(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES || undefined;
}

function driversOf(env: NodeJS.ProcessEnv): string[] {
  const named = namedDrivers(env);
  if (named) return named.split(':');
  const folders = [
    ...DATA_FOLDERS,
    ...(env.XDG_DATA_DIRS?.split(':') ?? []),
    env.XDG_DATA_HOME || join(homedir(), '.local/share'),
  ];
  return [...new Set(folders)].flatMap((data) => {
    const folder = join(data, 'vulkan/icd.d');
    return existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith('.json'))
          .map((name) => join(folder, name))
      : [];
  });
}

/** Whether a shared library can be opened. Node takes any for an add-on: one that is none was opened nevertheless. */
function canOpen(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    return /self-register/.test(String(error));
  }
}
