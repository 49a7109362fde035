import betweenCells from '../../../shaders/common/between-cells.wgsl?raw';
import source from '../../../shaders/average.wgsl?raw';
import type { SignedChannel } from '../../ops/flip-merge.ts';
import type { BufferRange, GpuMap, Kernel, KernelCall } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import { LANES } from '../layout.ts';
import type { Compilable } from '../pipelines.ts';

const kernel: Kernel = {
  name: 'average',
  source: [betweenCells, source],
  constants: { THREADS },
  bindings: ['uniform', 'read', 'read', 'write'],
};
export const averagePipeline: Compilable = { kernel };

/** What a map adds to an average, which is `factor` times its size, or as large. */
export interface AverageTerm {
  readonly map: GpuMap;
  /** A table of `packChannels`: where each channel of the average comes from. */
  readonly from: BufferRange;
  /** Whether its columns are to be mirrored back, after upsampling. */
  readonly mirrored: boolean;
  /** Its number among the terms, counted from 0. */
  readonly number: number;
}

/** The table as the shader reads it; lanes beyond the last channel get sign 0. */
export function packChannels(from: readonly SignedChannel[]): ArrayBuffer {
  const table = new ArrayBuffer(Math.ceil(from.length / LANES) * LANES * 8);
  const channels = new Uint32Array(table);
  const signs = new Float32Array(table);
  from.forEach(({ channel, sign }, i) => {
    channels[2 * i] = channel;
    signs[2 * i + 1] = sign;
  });
  return table;
}

/** Adds a term to an average of `terms`: calls come in the order of their numbers. */
export function averageCall(
  label: string,
  { map, from, mirrored, number }: AverageTerm,
  average: GpuMap,
  terms: number,
): KernelCall {
  const { width, height, blocks } = average.shape;
  const { width: termWidth, height: termHeight } = map.shape;
  return {
    kernel,
    label,
    uniforms: uniformBlock(
      [width, height, termWidth, termHeight, width / termWidth, Number(mirrored), Number(number === 0)],
      [number === terms - 1 ? terms : 1],
    ),
    storage: [map.range, from, average.range],
    workgroups: workgroupsFor(width * height, blocks),
  };
}
