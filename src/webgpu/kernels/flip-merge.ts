import source from '../../../shaders/flip-merge.wgsl?raw';
import type { MapTensor, Network, Output } from '../../network/network.ts';
import type { FlipSource } from '../../ops/flip-merge.ts';
import { offsetSource } from '../../ops/flip-merge.ts';
import type { BufferRange, GpuMap, Kernel, KernelCall } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import { LANES } from '../layout.ts';
import type { Compilable } from '../pipelines.ts';

const kernel: Kernel = {
  name: 'flip-merge',
  source: [source],
  constants: { THREADS },
  bindings: ['uniform', 'read', 'read', 'read', 'write'],
};
export const flipMergePipeline: Compilable = { kernel };

/** Where each channel of a map that holds outputs comes from in the mirrored run. */
export function flipSources(
  map: MapTensor,
  { outputs, keypointSet: { mirror } }: Pick<Network, 'outputs' | 'keypointSet'>,
): FlipSource[] {
  const sources: FlipSource[] = Array.from({ length: map.channels }, (_, channel) => ({ channel, sign: 1 }));
  const place = ({ map: { id }, first, channels }: Output, sourceOf: (channel: number) => FlipSource): void => {
    for (let c = 0; id === map.id && c < channels; c++) {
      const { channel, sign } = sourceOf(c);
      sources[first + c] = { channel: first + channel, sign };
    }
  };
  place(outputs.heatmaps, (k) => ({ channel: mirror[k], sign: 1 }));
  place(outputs.offsetMap, (axis) => offsetSource(axis, mirror));
  return sources;
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

export function flipMergeCall(label: string, plain: GpuMap, mirrored: GpuMap, sources: BufferRange, output: GpuMap): KernelCall {
  const { width, height, blocks } = output.shape;
  return {
    kernel,
    label,
    uniforms: uniformBlock([width, height]),
    storage: [plain.range, mirrored.range, sources, output.range],
    workgroups: workgroupsFor(width * height, blocks),
  };
}
