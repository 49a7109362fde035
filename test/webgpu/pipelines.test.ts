import { expect, it } from 'vitest';
import type { Kernel, KernelCall } from '../../src/webgpu/kernel.ts';
import { codeOf, pipelinesOf } from '../../src/webgpu/pipelines.ts';
import { describeGpu } from '../support/gpu.ts';
import { onGpu } from '../support/run-kernel.ts';

/** Writes a number that comes with the source, and one that comes as a constant. */
function writer(number: number, more: Partial<Kernel> = {}): Kernel {
  return {
    name: 'writer',
    source: [
      `@group(0) @binding(0) var<storage, read_write> output: array<u32>;
      @compute @workgroup_size(1) fn main() { output[0] = ${number}; output[1] = GIVEN; }`,
    ],
    constants: { GIVEN: 1 },
    bindings: ['write'],
    ...more,
  };
}

describeGpu('pipelines', (device) => {
  const written = (calls: readonly Pick<KernelCall, 'kernel' | 'constants'>[]): Promise<number[][]> =>
    onGpu(device, async (gpu) => {
      const ranges = calls.map(() => gpu.buffer(new Uint32Array(2)));
      await gpu.run(calls.map((call, i) => ({ ...call, label: 'write', storage: [ranges[i]], workgroups: [1, 1, 1] })));
      return Promise.all(ranges.map(async (range) => [...new Uint32Array(await gpu.read(range))]));
    });

  it('tells kernels of one name apart by their source and constants', async () => {
    expect(
      await written([
        { kernel: writer(7) },
        { kernel: writer(8) },
        { kernel: writer(7, { constants: { GIVEN: 2 } }) },
        { kernel: writer(7), constants: { GIVEN: 3 } },
      ]),
    ).toEqual([
      [7, 1],
      [8, 1],
      [7, 2],
      [7, 3],
    ]);
  });

  it('compiles a kernel once, whoever asks', async () => {
    const pipelines = pipelinesOf(device);
    await pipelines.compile([{ kernel: writer(9) }, { kernel: writer(9) }]);
    expect(pipelines.of({ kernel: writer(9) })).toBe(pipelines.of({ kernel: writer(9) }));
    expect(pipelinesOf(device)).toBe(pipelines);
  });

  it('puts enable directives before everything else', () => {
    const code = codeOf({ kernel: writer(1, { features: ['shader-f16', 'subgroups'] }), constants: { MORE: 4 } });
    expect(code.split('\n').slice(0, 4)).toEqual(['enable f16;', 'enable subgroups;', 'const GIVEN = 1;', 'const MORE = 4;']);
  });

  it.runIf(device.features.has('subgroups'))('runs a kernel that needs a feature the device has', async () => {
    const kernel = writer(0, {
      features: ['subgroups'],
      source: [
        `@group(0) @binding(0) var<storage, read_write> output: array<u32>;
        @compute @workgroup_size(1) fn main() { output[0] = subgroupAdd(u32(GIVEN)); }`,
      ],
      constants: { GIVEN: 5 },
    });
    expect(await written([{ kernel }])).toEqual([[5, 0]]);
  });

  it.runIf(!device.features.has('shader-f16'))('says which feature a kernel lacks', async () => {
    await expect(pipelinesOf(device).compile([{ kernel: writer(1, { features: ['shader-f16'] }) }])).rejects.toThrow(
      expect.objectContaining({ code: 'gpu-error', message: expect.stringMatching(/"writer".* needs shader-f16/) }),
    );
  });

  it.each([
    { what: 'does not compile', kernel: writer(1, { source: ['fn main( {'] }) },
    { what: 'binds otherwise than it says', kernel: writer(1, { bindings: ['read'] }) },
    {
      what: 'was written for another group size',
      kernel: writer(1, { source: ['const_assert GIVEN == 2;', ...writer(1).source] }),
    },
  ])('refuses a kernel that $what', async ({ kernel }) => {
    await expect(pipelinesOf(device).compile([{ kernel }])).rejects.toThrow(expect.objectContaining({ code: 'gpu-error' }));
  });
});
