import source from '../../../shaders/flip-merge.wgsl?raw';
import type { BufferRange, GpuMap, Kernel, KernelCall } from '../kernel.ts';
import { uniformBlock, workgroupsFor } from '../kernel.ts';
import { LANES } from '../layout.ts';
import type { PipelineSource } from '../pipelines.ts';

const kernel: Kernel = { name: 'flip-merge', source };
export const flipMergePipeline: PipelineSource = { kernel, constants: [] };

/** Where each channel comes from in the mirrored run, and by what it is multiplied. */
export interface FlipSource {
  readonly channel: number;
  readonly sign: 1 | -1;
}

/** Sources of heatmap channels: left and right swapped. */
export function heatmapSources(mirror: readonly number[]): FlipSource[] {
  return mirror.map((channel) => ({ channel, sign: 1 }));
}

/** Sources of the regression map's channels: x offsets change their sign; the center map comes last. */
export function regressionSources(mirror: readonly number[]): FlipSource[] {
  const offsets = mirror.flatMap((k): FlipSource[] => [{ channel: 2 * k, sign: -1 }, { channel: 2 * k + 1, sign: 1 }]);
  return [...offsets, { channel: 2 * mirror.length, sign: 1 }];
}

/** The table as the shader reads it; lanes beyond the last channel get sign 0. */
export function packFlipSources(sources: readonly FlipSource[]): ArrayBuffer {
  const table = new ArrayBuffer(Math.ceil(sources.length / LANES) * LANES * 8);
  const channels = new Uint32Array(table);
  const signs = new Float32Array(table);
  sources.forEach(({ channel, sign }, i) => {
    channels[2 * i] = channel;
    signs[2 * i + 1] = sign;
  });
  return table;
}

export function flipMergeCall(
  label: string, plain: GpuMap, mirrored: GpuMap, sources: BufferRange, output: GpuMap,
): KernelCall {
  const { width, height, blocks } = output.shape;
  return {
    kernel,
    label,
    constants: [],
    uniforms: uniformBlock([width, height]),
    storage: [plain.range, mirrored.range, sources, output.range],
    workgroups: workgroupsFor(width * height, blocks),
  };
}
