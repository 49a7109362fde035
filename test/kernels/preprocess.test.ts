import { expect, it } from 'vitest';
import type { PixelData } from '../../src/frame.ts';
import type { InputGeometry } from '../../src/geometry.ts';
import { fitInput } from '../../src/geometry.ts';
import { MIRROR_SHIFT } from '../../src/ops/frame-sampling.ts';
import { preprocess } from '../../src/ops/preprocess.ts';
import { preprocessPipeline, preprocessUniforms, preprocessWorkgroups } from '../../src/webgpu/kernels/preprocess.ts';
import { pipelinesOf } from '../../src/webgpu/pipelines.ts';
import { uniformDraws } from '../support/formula-weights.ts';
import { describeGpu } from '../support/gpu.ts';
import { parity } from '../support/parity.ts';
import { onGpu, shapeOf } from '../support/run-kernel.ts';

/**
 * Places up to 200 pixels are off by a few units in float32's last place, 1.5e-5, and neighbouring
 * pixels differ by up to 4.4 (1 / deviation) along each axis; of values up to 2.6.
 */
const TOLERANCE = 5e-5;

/** Unrelated pixels, on which every misplaced sample shows; alpha does not count. */
function noisyPixels(width: number, height: number): PixelData {
  const draw = uniformDraws(`${width}×${height}`);
  return { data: Uint8Array.from({ length: width * height * 4 }, () => Math.floor(256 * draw())), width, height };
}

describeGpu('the preprocessing kernel', (device) => {
  const check = parity('preprocess', TOLERANCE);

  const onTexture = (pixels: PixelData, geometry: InputGeometry, mirrored: boolean): Promise<Float32Array> =>
    onGpu(device, async (gpu) => {
      const size = [pixels.width, pixels.height];
      const texture = device.createTexture({
        label: 'frame',
        size,
        format: 'rgba8unorm',
        usage: GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
      });
      device.queue.writeTexture({ texture }, pixels.data as Uint8Array<ArrayBuffer>, { bytesPerRow: 4 * pixels.width }, size);
      const uniforms = device.createBuffer({
        label: 'preprocess',
        size: preprocessUniforms(geometry, pixels, mirrored).byteLength,
        usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
      });
      device.queue.writeBuffer(uniforms, 0, preprocessUniforms(geometry, pixels, mirrored));
      const input = gpu.map(shapeOf([3], geometry.width, geometry.height));

      const source = preprocessPipeline('texture');
      const pipelines = pipelinesOf(device);
      await pipelines.compile([source]);
      const { pipeline, layout } = pipelines.of(source);
      const resources: GPUBindingResource[] = [{ buffer: uniforms }, input.range, texture.createView()];
      const encoder = device.createCommandEncoder({ label: 'preprocess' });
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(
        0,
        device.createBindGroup({ layout, entries: resources.map((resource, binding) => ({ binding, resource })) }),
      );
      pass.dispatchWorkgroups(...preprocessWorkgroups(geometry));
      pass.end();
      device.queue.submit([encoder.finish()]);
      const planes = await gpu.planes(input);
      uniforms.destroy();
      texture.destroy();
      return planes;
    });

  async function compare(pixels: PixelData, geometry: InputGeometry): Promise<void> {
    for (const mirrored of [false, true])
      check(await onTexture(pixels, geometry, mirrored), preprocess(pixels, geometry, mirrored));
  }

  it.each([
    { what: 'as it is', width: 64, height: 64, inputSize: 64 },
    { what: 'reduced', width: 200, height: 150, inputSize: 64 },
    { what: 'enlarged', width: 21, height: 15, inputSize: 96 },
    { what: 'enlarged upright', width: 15, height: 40, inputSize: 64 },
    { what: 'reduced upright', width: 97, height: 133, inputSize: 64 },
    { what: 'with wide margins', width: 65, height: 63, inputSize: 64 },
    { what: 'one pixel', width: 1, height: 1, inputSize: 64 },
    { what: 'one row', width: 3, height: 1, inputSize: 64 },
    { what: 'one column', width: 1, height: 5, inputSize: 64 },
  ])('a frame $what: $width×$height at $inputSize, plain and mirrored', async ({ width, height, inputSize }) => {
    await compare(noisyPixels(width, height), fitInput(width, height, inputSize));
  });

  it('a picture smaller than its frame, which a GPU with small textures gets', async () => {
    await compare(noisyPixels(45, 35), fitInput(90, 70, 64));
    await compare(noisyPixels(1, 1), fitInput(90, 70, 64));
    await compare(noisyPixels(33, 11), fitInput(100, 34, 64));
  });

  it("is black around the frame, and 0 in the mirrored input's last columns", async () => {
    const white = { data: new Uint8Array(4 * 12).fill(255), width: 4, height: 3 };
    const geometry = fitInput(4, 3, 96);
    expect([geometry.width, geometry.height]).toEqual([128, 96]);
    const [plain, mirrored] = [await onTexture(white, geometry, false), await onTexture(white, geometry, true)];
    const black = -0.485 / 0.229;
    expect(plain[95 * 128]).toBeCloseTo(black, 6);
    for (let x = 0; x < 128; x++) {
      const expected = x < 128 - MIRROR_SHIFT ? plain[50 * 128 + 127 - MIRROR_SHIFT - x] : 0;
      expect(mirrored[50 * 128 + x]).toBe(expected);
    }
  });
});
