import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namedDrivers, swiftShader } from '../../src/cli/vulkan.ts';

// Each in a process of its own, from which package, loader or driver are really gone.
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'manypose-gpu-'));
const withPackage = join(folder, 'with/dist/cli');
const withoutPackage = join(folder, 'without/dist/cli');
const emptyLoader = join(folder, 'loader');

/** Opens the GPU, collects what nobody holds, and uses it; prints what came of it. */
const SCRIPT = `
  import { openNodeGpu } from './node-gpu.js';
  try {
    const gpu = await openNodeGpu();
    for (let i = 0; i < 5; i++) {
      gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const buffer = gpu.device.createBuffer({ size: 4, usage: 1, mappedAtCreation: false });
    await buffer.mapAsync(1);
    console.log(JSON.stringify({ mapped: buffer.getMappedRange().byteLength }));
    gpu.close();
  } catch (error) {
    console.log(JSON.stringify({ code: error.code, message: error.message }));
  }`;

interface Outcome {
  mapped?: number;
  code?: string;
  message?: string;
}

/** @param before a command that runs the one it is given. */
function open(place: string, env: Record<string, string> = {}, before: readonly string[] = []): Outcome {
  const [command, ...args] = [...before, process.execPath, '--expose-gc', 'script.mjs'];
  const output = execFileSync(command, args, {
    cwd: place,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    // Without its instance a GPU never answers, and the process never ends.
    timeout: 250_000,
    killSignal: 'SIGKILL',
  });
  return JSON.parse(output);
}

beforeAll(async () => {
  mkdirSync(emptyLoader, { recursive: true });
  writeFileSync(join(emptyLoader, 'libvulkan.so.1'), '');
  for (const place of [withPackage, withoutPackage]) {
    await build({
      configFile: false,
      root,
      logLevel: 'error',
      build: { ssr: 'src/cli/node-gpu.ts', outDir: place, rollupOptions: { external: ['webgpu'] } },
    });
    writeFileSync(join(place, 'script.mjs'), SCRIPT);
    cpSync(join(root, 'package.json'), join(place, '../../package.json'));
  }
  symlinkSync(join(root, 'node_modules'), join(withPackage, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('WebGPU in Node that cannot be opened', () => {
  it('names the npm package', () => {
    const { code, message } = open(withoutPackage);
    expect(code).toBe('no-runtime');
    expect(message).toMatch(/npm package webgpu, which is not installed.*\n.*npx .*--package=webgpu@/s);
    expect(message).not.toMatch(/loader|driver/);
  });

  describe.skipIf(process.platform !== 'linux')('on Linux', () => {
    it('names the loader', () => {
      const { code, message } = open(withPackage, { LD_LIBRARY_PATH: emptyLoader });
      expect(code).toBe('no-runtime');
      expect(message).toContain('apt-get install libvulkan1');
      if (swiftShader()) expect(message).not.toMatch(/driver is missing/);
    });

    it('names a driver that the environment asks for in vain', () => {
      const { code, message } = open(withPackage, { VK_ICD_FILENAMES: '/nowhere/driver.json', VK_DRIVER_FILES: '' });
      expect(code).toBe('no-runtime');
      expect(message).toContain('the Vulkan driver /nowhere/driver.json, which the environment names, is missing');
    });

    // Chromium's driver can be hidden only in a mount namespace, which not everybody may make.
    const driver = swiftShader();
    const hide = ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs none ${driver && dirname(driver)} && exec "$0" "$@"`];
    const others = spawnSync('sh', ['-c', 'ls /etc/vulkan/icd.d /usr/share/vulkan/icd.d | grep json'], {
      encoding: 'utf8',
    }).stdout;
    const canHide =
      driver !== undefined && others === '' && !namedDrivers() && spawnSync(hide[0], [...hide.slice(1), 'true']).status === 0;
    it.skipIf(!canHide)('names the driver, and the loader too if both are missing', () => {
      const one = open(withPackage, {}, hide);
      expect(one.code).toBe('no-runtime');
      expect(one.message).toMatch(/Vulkan driver is missing: .*apt-get install chromium/);
      expect(one.message).not.toContain('loader');
      const both = open(withPackage, { LD_LIBRARY_PATH: emptyLoader }, hide);
      expect(both.message).toMatch(/libvulkan1.*; a Vulkan driver is missing/);
      expect(existsSync(driver!)).toBe(true);
    });
  });
});

it.skipIf(!process.env.REQUIRE_WEBGPU && !swiftShader())('a GPU in Node stays alive as long as it is held', () => {
  expect(open(withPackage)).toEqual({ mapped: 4 });
});
