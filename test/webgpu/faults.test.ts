import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PoseCandidates } from '../../src/decode/candidates.ts';
import type { PixelData } from '../../src/frame.ts';
import { fitInput } from '../../src/geometry.ts';
import { passesOf } from '../../src/runtime/passes.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { MAX_TURNS } from '../../src/runtime/turns.ts';
import { createWebGpuRuntime } from '../../src/webgpu/runtime.ts';
import type { FaultyDevice } from '../support/faulty-device.ts';
import { faultyDevice } from '../support/faulty-device.ts';
import { describeGpu } from '../support/gpu.ts';
import { brightnessNetwork } from '../support/brightness-network.ts';

const { network, weights } = brightnessNetwork();

/** A bright spot on black: a peak of everything. */
function picture(width: number, height: number): PixelData {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    data.fill(255 * Math.exp(-Math.hypot((i % width) - width / 2, Math.floor(i / width) - height / 2) / 5), 4 * i, 4 * i + 4);
  }
  return { data, width, height };
}

const SMALL = picture(70, 50);

function find(runtime: Runtime, pixels = SMALL, size = 64, flip = false): Promise<PoseCandidates> {
  const geometry = fitInput(pixels.width, pixels.height, size);
  const passes = [false, true].slice(0, flip ? 2 : 1).map((mirrored) => ({ geometry, scale: 1, mirrored }));
  return runtime.findCandidates({ ...pixels, source: pixels }, passes);
}

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: { code?: string }) => error.code ?? String(error),
  );

const open = (device: GPUDevice): Promise<Runtime> => createWebGpuRuntime(network, weights, { device });

/** Resolves when what was destroyed at the end of a runtime's turns is. */
const ended = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describeGpu('faults of the GPU', (device) => {
  let gpu: FaultyDevice & { restore(): void };
  let runtime: Runtime;
  let expected: PoseCandidates;

  beforeEach(async () => {
    gpu = faultyDevice(device);
    runtime = await open(device);
    expected = await find(runtime);
    expect(expected.peaks.score.some((score) => score > 0)).toBe(true);
  });

  afterEach(async () => {
    runtime.dispose();
    await ended();
    gpu.restore();
    expect(gpu.live(), 'buffers and textures left').toBe(0);
  });

  it.each(['refused', 'invalid'] as const)(
    'whatever is %s on the way to a frame of a new size, all is freed and the next frame is right',
    async (how) => {
      const before = gpu.live();
      const madeBefore = gpu.made();
      await find(runtime, SMALL, 96, true);
      const needed = gpu.made() - madeBefore;
      expect(needed).toBeGreaterThan(5);
      for (let nth = 0; nth < needed; nth++) {
        // Two sizes are kept, and a texture: a new runtime makes all of them again.
        runtime.dispose();
        await ended();
        runtime = await open(device);
        gpu.spoil(nth, how);
        expect(await codeOf(find(runtime, SMALL, 96, true)), `object ${nth}`).toBe(
          how === 'refused' ? 'out-of-memory' : 'gpu-error',
        );
        expect(await find(runtime)).toEqual(expected);
        expect(gpu.live(), `after object ${nth}`).toBe(before);
      }
    },
  );

  it.each(['refused', 'invalid'] as const)('whatever is %s while a runtime is opened, all is freed', async (how) => {
    const [live, made] = [gpu.live(), gpu.made()];
    const other = await open(device);
    other.dispose();
    await ended();
    const needed = gpu.made() - made;
    for (let nth = 0; nth < needed; nth++) {
      gpu.spoil(nth, how);
      expect(await codeOf(open(device)), `object ${nth}`).toBe(how === 'refused' ? 'out-of-memory' : 'gpu-error');
      expect(gpu.live(), `after object ${nth}`).toBe(live);
    }
  });

  it.each([
    { flip: false, scales: [1] },
    { flip: true, scales: [1] },
    { flip: true, scales: [0.5, 1, 2] },
  ])('nothing is made from the second frame on, flip $flip, scales $scales', async (how) => {
    const again = (): Promise<PoseCandidates> => {
      const passes = passesOf(fitInput(SMALL.width, SMALL.height, 64), network, how);
      return runtime.findCandidates({ ...SMALL, source: SMALL }, passes);
    };
    const first = await again();
    const made = gpu.made();
    expect(await again()).toEqual(first);
    expect(gpu.made()).toBe(made);
    expect(first.centerScores.length).toBeGreaterThan(0);
  });

  it('a texture that could not be made is not kept: the next frame of its size is right', async () => {
    for (const [how, wide] of [
      ['invalid', picture(90, 20)],
      ['refused', picture(100, 20)],
    ] as const) {
      gpu.spoil(0, how);
      expect(await codeOf(find(runtime, wide))).toBe(how === 'invalid' ? 'gpu-error' : 'out-of-memory');
      expect((await find(runtime, wide)).peaks.score.some((score) => score > 0)).toBe(true);
    }
  });

  it('a frame whose copy could not be made, because it had to wait, fails alone', async () => {
    const first = find(runtime);
    gpu.spoil(0, 'invalid');
    const second = find(runtime);
    const third = find(runtime);
    expect(await Promise.all([first, codeOf(second), third])).toEqual([expected, 'gpu-error', expected]);
  });

  it("another's error while a frame is under way is not the frame's, and is not hidden from others", async () => {
    const heard: string[] = [];
    const hear = (event: GPUUncapturedErrorEvent): void => {
      event.preventDefault();
      heard.push(event.error.message);
    };
    device.addEventListener('uncapturederror', hear);
    const underWay = find(runtime);
    device
      .createTexture({ label: 'foreign', size: [0, 0], format: 'rgba8unorm', usage: GPUTextureUsage.TEXTURE_BINDING })
      .destroy();
    expect(await underWay).toEqual(expected);
    await device.queue.onSubmittedWorkDone();
    await ended();
    device.removeEventListener('uncapturederror', hear);
    expect(heard).toHaveLength(1);
  });

  it("a frame's own error is told by the frame, and not to another's scope that is open across it", async () => {
    device.pushErrorScope('validation');
    gpu.spoil(0, 'invalid');
    const failing = codeOf(find(runtime, picture(30, 90)));
    expect(await failing).toBe('gpu-error');
    expect(await device.popErrorScope()).toBeNull();
    device.pushErrorScope('validation');
    const fine = find(runtime);
    device
      .createTexture({ label: 'foreign', size: [0, 0], format: 'rgba8unorm', usage: GPUTextureUsage.TEXTURE_BINDING })
      .destroy();
    expect(await fine).toEqual(expected);
    expect(await device.popErrorScope()).not.toBeNull();
  });

  it('a flood of calls is told busy, and those before it are served', async () => {
    const calls = Array.from({ length: MAX_TURNS + 3 }, () => find(runtime));
    const outcomes = await Promise.all(calls.map(codeOf));
    expect(outcomes).toEqual([...Array<undefined>(MAX_TURNS).fill(undefined), 'busy', 'busy', 'busy']);
    expect(await find(runtime)).toEqual(expected);
  });

  it.each([
    { width: 9000, height: 1200 },
    { width: 1200, height: 9000 },
  ])('pixel data of $width×$height, beyond the texture limit, is shrunk', async ({ width, height }) => {
    const limit = device.limits.maxTextureDimension2D;
    const [longest, side] = [Math.max(width, height), Math.max(limit, 8192) + 808];
    const size =
      longest > limit
        ? { width, height }
        : { width: Math.ceil((width / longest) * side), height: Math.ceil((height / longest) * side) };
    // A white spot a quarter of the way from the left, on black.
    const pixels = { ...size, data: new Uint8ClampedArray(size.width * size.height * 4) };
    const rows = new Uint32Array(pixels.data.buffer);
    const [left, top, spot] = [size.width >> 2, size.height >> 1, Math.floor(Math.min(size.width, size.height) / 3)];
    for (let y = top; y < top + spot; y++) rows.fill(0xffffffff, y * size.width + left, y * size.width + left + spot);
    const { peaks, inputWidth } = await find(runtime, pixels);
    const ranks = peaks.x.length / peaks.count.length;
    const lit = [...peaks.x].filter((_, i) => i % ranks < peaks.count[Math.floor(i / ranks)]);
    expect(lit.length).toBeGreaterThan(0);
    // Everywhere in the spot, or on its edges.
    const [first, last] = [0.25 - 0.1, 0.25 + spot / size.width + 0.1];
    expect(lit.filter((x) => x < first * inputWidth || x > last * inputWidth)).toEqual([]);
  });
});
