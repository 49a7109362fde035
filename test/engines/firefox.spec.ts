import { expect, it } from 'vitest';
import { expectNewGpu } from '../e2e/lost-gpu.ts';
import { openFirefox } from './firefox.ts';
import { mainFlows } from './flows.ts';

mainFlows('Firefox', openFirefox, { kinds: ['webgpu', 'wasm'], sharesMemory: true }, (page) => {
  it('tells by a probe that an adapter without a name computes on the CPU, and chooses otherwise', async () => {
    const { software, probed, names, milliseconds, chosen, adapter, reason } = await page.evaluate(async () => {
      // Not written as an import, which the tests' runner would take for its own.
      const load = new Function('address', 'return import(address)') as (
        address: string,
      ) => Promise<typeof import('../../src/webgpu/adapter.ts') & typeof import('../../src/webgpu/slow-adapter.ts')>;
      const { isSoftware } = await load('/src/webgpu/adapter.ts');
      await load('/src/webgpu/slow-adapter.ts'); // by a server that compiles it first
      const masked = (await navigator.gpu.requestAdapter())!;
      const { vendor, architecture, device, description } = masked.info;
      const judged = await isSoftware(masked);
      // Firefox hides the name, but says what is a fallback; where that is hidden too, the probe decides.
      const nameless = { info: {}, requestDevice: (wanted?: GPUDeviceDescriptor) => masked.requestDevice(wanted) } as GPUAdapter;
      const start = performance.now();
      const bySpeed = await isSoftware(nameless);
      const took = performance.now() - start;
      const { manypose, modelUrl } = window.api;
      const detector = await manypose.createDetector({ modelUrl });
      const { runtime, reason: why } = detector.info;
      detector.dispose();
      const onGpu = await manypose.createDetector({ modelUrl, runtime: 'webgpu' });
      const { adapter: called } = onGpu.info;
      onGpu.dispose();
      return {
        software: judged,
        probed: bySpeed,
        names: [vendor, architecture, device, description],
        milliseconds: took,
        chosen: runtime,
        adapter: called,
        reason: why,
      };
    });
    console.log(`the probe took ${milliseconds.toFixed(0)} ms; ${chosen}: ${reason}`);
    expect(names.join('')).toBe('');
    expect([software, probed]).toEqual([true, true]);
    // On a busy machine without a GPU; a chip is through in a few milliseconds (test/runtime).
    expect(milliseconds).toBeLessThan(1000);
    expect(chosen).toBe('wasm');
    expect(reason).toContain('WebGPU would run on the CPU here (unknown GPU)');
    expect(adapter).toBe('unknown GPU');
  });

  it('hears soon that the GPU is done', async () => {
    const { waited, left } = await page.evaluate(async () => {
      const load = new Function('address', 'return import(address)') as (
        address: string,
      ) => Promise<typeof import('../../src/webgpu/queue-wait.ts')>;
      const { queueWait } = await load('/src/webgpu/queue-wait.ts');
      const device = await (await navigator.gpu.requestAdapter())!.requestDevice();
      const buffer = device.createBuffer({ size: 1024, usage: GPUBufferUsage.COPY_DST });
      const medianOf = async (wait: () => Promise<unknown>): Promise<number> => {
        const times = [];
        for (let i = 0; i < 9; i++) {
          const encoder = device.createCommandEncoder();
          encoder.clearBuffer(buffer);
          device.queue.submit([encoder.finish()]);
          const start = performance.now();
          await wait();
          times.push(performance.now() - start);
        }
        return times.sort((a, b) => a - b)[4];
      };
      const { queue } = device;
      return {
        left: await medianOf(() => queue.onSubmittedWorkDone()),
        waited: await medianOf(() => queueWait(queue, queue.onSubmittedWorkDone())),
      };
    });
    console.log(`the end of nearly nothing is heard of after ${waited.toFixed(0)} ms, by itself after ${left.toFixed(0)} ms`);
    expect(waited).toBeLessThan(50);
  });

  it('opens a GPU anew that is lost between frames, and leaves the loss of their own to callers', () => expectNewGpu(page));
});
