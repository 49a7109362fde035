import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import type { ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pose } from '../../src/pose.ts';
import type { RuntimeKind } from '../../src/runtime/runtime.ts';

/** What is used of puppeteer-core, which test/engines/run.mjs installs where no build sees it. */
interface Page {
  goto(address: string): Promise<unknown>;
  evaluate<Given extends unknown[], Result>(work: (...given: Given) => Result, ...given: Given): Promise<Awaited<Result>>;
  waitForFunction(condition: string): Promise<unknown>;
}
interface Browser {
  newPage(): Promise<Page>;
  version(): Promise<string>;
  close(): Promise<void>;
}
interface Launcher {
  launch(options: object): Promise<Browser>;
}

const packages = createRequire(`${process.env.MANYPOSE_ENGINES}/package.json`);
const root = fileURLToPath(new URL('../..', import.meta.url));

describe('in Firefox', () => {
  let server: ViteDevServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await createServer({
      configFile: `${root}test/e2e/vite.config.ts`,
      server: { port: 0, strictPort: false, host: 'localhost' },
      logLevel: 'error',
    });
    await server.listen();
    const address = `http://localhost:${(server.httpServer!.address() as AddressInfo).port}/test/e2e/pages/api.html`;
    const { default: puppeteer } = (await import(packages.resolve('puppeteer-core'))) as { default: Launcher };
    browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: process.env.FIREFOX,
      headless: true,
      protocolTimeout: 240_000,
      extraPrefsFirefox: { 'dom.webgpu.enabled': true, 'gfx.webgpu.ignore-blocklist': true },
    });
    page = await browser.newPage();
    await page.goto(address);
    await page.waitForFunction('window.api !== undefined');
    console.log(await browser.version());
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const poses = (runtime: RuntimeKind, flip = false): Promise<{ runtime: string; adapter: string; found: Pose[] }> =>
    page.evaluate(
      async (wanted, flipped) => {
        const { manypose, modelUrl, photo } = window.api;
        const detector = await manypose.createDetector({ modelUrl, runtime: wanted });
        const found = await detector.estimatePoses(await photo('skiers'), { flip: flipped });
        const { runtime: kind, adapter } = detector.info;
        detector.dispose();
        return { runtime: kind, adapter, found };
      },
      runtime,
      flip,
    );

  it('finds the same people on WebGPU and on the CPU, with and without the flip test', async () => {
    for (const flip of [false, true]) {
      const [gpu, cpu] = [await poses('webgpu', flip), await poses('wasm', flip)];
      expect([gpu.runtime, cpu.runtime]).toEqual(['webgpu', 'wasm']);
      expect(gpu.adapter).toBe('unknown GPU');
      expect(gpu.found.length).toBeGreaterThan(0);
      expect(gpu.found.length).toBe(cpu.found.length);
      gpu.found.forEach(({ keypoints, score }, n) => {
        expect(score).toBeCloseTo(cpu.found[n].score, 3);
        for (const [k, { x, y }] of keypoints.entries()) {
          expect(Math.hypot(x - cpu.found[n].keypoints[k].x, y - cpu.found[n].keypoints[k].y)).toBeLessThan(1);
        }
      });
    }
  });

  it('tells by a probe that an adapter without a name computes on the CPU, and chooses otherwise', async () => {
    const { software, probed, names, milliseconds, chosen, reason } = await page.evaluate(async () => {
      // Not written as an import, which the tests' runner would take for its own.
      const load = new Function('address', 'return import(address)') as (
        address: string,
      ) => Promise<typeof import('../../src/webgpu/adapter.ts')>;
      const { isSoftware } = await load('/src/webgpu/adapter.ts');
      const adapter = (await navigator.gpu.requestAdapter())!;
      const { vendor, architecture, device, description } = adapter.info;
      const judged = await isSoftware(adapter);
      // Firefox hides the name, but says what is a fallback; where that is hidden too, the probe decides.
      const nameless = { info: {}, requestDevice: (wanted?: GPUDeviceDescriptor) => adapter.requestDevice(wanted) } as GPUAdapter;
      const start = performance.now();
      const bySpeed = await isSoftware(nameless);
      const took = performance.now() - start;
      const { manypose, modelUrl } = window.api;
      const detector = await manypose.createDetector({ modelUrl });
      const { runtime, reason: why } = detector.info;
      detector.dispose();
      return {
        software: judged,
        probed: bySpeed,
        names: [vendor, architecture, device, description],
        milliseconds: took,
        chosen: runtime,
        reason: why,
      };
    });
    console.log(`the probe took ${milliseconds.toFixed(0)} ms; ${chosen}: ${reason}`);
    expect(names.join('')).toBe('');
    expect([software, probed]).toEqual([true, true]);
    expect(chosen).toBe('wasm');
    expect(reason).toContain('WebGPU would run on the CPU here');
  });

  it("opens a lost GPU anew, and leaves a caller's device to the caller", async () => {
    const result = await page.evaluate(async () => {
      const { manypose, modelUrl, photo, codeOf } = window.api;
      const image = await photo('skiers');
      const own = await (await navigator.gpu.requestAdapter())!.requestDevice();
      const detector = await manypose.createDetector({ modelUrl, device: own, inputSize: 64 });
      const before = await detector.estimatePoses(image);
      own.destroy();
      await own.lost;
      const code = await codeOf(detector.estimatePoses(image));
      detector.dispose();
      return { people: before.length, code };
    });
    expect(result.people).toBeGreaterThan(0);
    expect(result.code).toBe('device-lost');
  });

  it('refuses what is no picture', async () => {
    const codes = await page.evaluate(async () => {
      const { manypose, modelUrl, codeOf } = window.api;
      const detector = await manypose.createDetector({ modelUrl, runtime: 'webgpu', inputSize: 64 });
      const found = [];
      for (const source of [
        new Image(),
        document.createElement('video'),
        { data: new Uint8ClampedArray(3), width: 4, height: 4 },
      ]) {
        found.push(await codeOf(Promise.resolve().then(() => detector.estimatePoses(source as HTMLImageElement))));
      }
      detector.dispose();
      return found;
    });
    expect(codes).toEqual(['invalid-image', 'invalid-image', 'invalid-image']);
  });
});
