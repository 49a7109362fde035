import { expect, it } from 'vitest';
import type { Abilities } from './flows.ts';
import { mainFlows } from './flows.ts';
import { openWebKit } from './webkit.ts';

// Debian's WebKit has no WebGPU: what is left are the ways without it. WebGL on the CPU takes a minute for a golden, so it
// only finds people. A canvas's stream brings a video no frames there, and memory is not shared.
const ABILITIES: Abilities = {
  kinds: ['wasm', 'webgl'],
  conforming: ['wasm'],
  inputs: ['canvas', 'offscreen', 'pixels', 'bitmap', 'plainObject', 'videoFrame', 'tensor'],
  sharesMemory: false,
};

mainFlows('WebKit', openWebKit, ABILITIES, (page) => {
  it('is not taken in by the name that WebKit gives to every GPU', async () => {
    const { chosen, reason, refused } = await page.evaluate(async () => {
      const { manypose, modelUrl, codeOf } = window.api;
      const detector = await manypose.createDetector({ modelUrl });
      const { runtime, reason: why } = detector.info;
      detector.dispose();
      return { chosen: runtime, reason: why, refused: await codeOf(manypose.createDetector({ modelUrl, runtime: 'webgpu' })) };
    });
    console.log(`${chosen}: ${reason}`);
    expect(chosen).toBe('wasm');
    expect(reason).toContain('WebGL would run on the CPU here (Apple GPU)');
    expect(refused).toBe('no-runtime');
  });
});
