import type { NetworkOutputs } from '../network/network.ts';
import type { SignedChannel } from '../ops/flip-merge.ts';
import { mirroredChannel } from '../ops/flip-merge.ts';
import type { BufferRange, GpuMap, KernelCall } from './kernel.ts';
import { wholeBuffer } from './kernel.ts';
import { averageCall, averagePipeline, packChannels } from './kernels/average.ts';
import { highestCall, highestPipeline } from './kernels/highest.ts';
import { mapShape } from './layout.ts';
import type { LoadedNetwork } from './loaded-network.ts';
import type { GpuMemory } from './memory.ts';
import type { GpuOutput, GpuOutputs } from './outputs.ts';
import type { Compilable } from './pipelines.ts';
import type { Run, Scheme, SchemeScale } from './scheme.ts';
import { finishedStride } from './scheme.ts';

/** What joins the runs of a scheme: the flip test, HrHRNet's two sizes of heatmaps, several scales. */
export interface JoinedRuns {
  /** Per scale: the maps that its centers and offsets are read from. */
  readonly scales: readonly GpuOutputs[];
  /** Of all scales together. */
  readonly heatmaps: GpuOutput;
  /** Per scale and run, what is to be run right after it. */
  readonly after: readonly (readonly (readonly KernelCall[])[])[];
  /** For the candidates of several scales. */
  readonly highest?: typeof highestCall;
}

/** What joining needs beside a network's own kernels. */
export const JOINING: readonly Compilable[] = [averagePipeline, highestPipeline];

/** One map that goes into an average. */
interface Term {
  /** After which run of its scale it is there. */
  readonly run: number;
  readonly output: GpuOutput;
  readonly mirrored: boolean;
}

/**
 * Plans how a scheme's runs become the maps that candidates are found in (reference sections 3.1 and 3.3): each run's
 * maps are added to averages right after it, so the network's own buffers are free for the next one.
 *
 * @param raw per scale, where every run leaves the network's outputs.
 */
export function joinRuns(
  memory: GpuMemory,
  { device, network }: Pick<LoadedNetwork, 'device' | 'network'>,
  scheme: Scheme,
  raw: readonly GpuOutputs[],
): JoinedRuns {
  const after = scheme.scales.map(({ runs }): KernelCall[][] => runs.map(() => []));
  const stride = finishedStride(network);
  const { mirror } = network.keypointSet;

  function buffer(label: string, size: number): BufferRange {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    return wholeBuffer(memory.buffer({ label, size, usage }));
  }

  function tableOf(label: string, from: readonly SignedChannel[]): BufferRange {
    const table = packChannels(from);
    const range = buffer(label, table.byteLength);
    device.queue.writeBuffer(range.buffer, 0, table);
    return range;
  }

  /** The average of terms as a map of its own, `width` cells wide; a single term of that size as it is. */
  function average(
    name: keyof NetworkOutputs,
    label: string,
    terms: readonly (Term & { readonly calls: KernelCall[] })[],
    width: number,
    height: number,
  ): GpuOutput {
    const [{ output: first }] = terms;
    if (terms.length === 1 && first.map.shape.width === width) return first;
    const { channels } = first;
    const shape = mapShape({ id: 0, label, channels, stride: 1 }, [channels], width, height);
    const sum: GpuMap = { shape, range: buffer(label, shape.bytes) };
    terms.forEach(({ output, mirrored, calls }, number) => {
      const from = Array.from({ length: channels }, (_, channel): SignedChannel => {
        const signed: SignedChannel = mirrored ? mirroredChannel(name, channel, mirror) : { channel, sign: 1 };
        return { ...signed, channel: output.first + signed.channel };
      });
      const table = tableOf(`${label}, channels`, from);
      calls.push(averageCall(label, { map: output.map, from: table, mirrored, number }, sum, terms.length));
    });
    return { map: sum, first: 0, channels };
  }

  const scales = scheme.scales.map((scale, i): GpuOutputs => {
    const { width, height, runs } = scale;
    const averaged = (name: 'heatmaps' | 'centerMap' | 'offsetMap', cell: number): GpuOutput => {
      const terms = termsOf(name, raw[i], runs).map((term) => ({ ...term, calls: after[i][term.run] }));
      return average(name, `${name} ${labelOf(scale)}`, terms, width / cell, height / cell);
    };
    return {
      heatmaps: averaged('heatmaps', stride),
      centerMap: averaged('centerMap', network.outputs.heatmaps2x ? stride : network.outputs.centerMap.map.stride),
      offsetMap: averaged('offsetMap', network.outputs.offsetMap.map.stride),
    };
  });
  const whole = scheme.scales.find(({ scale }) => scale === 1)!;
  const heatmaps = average(
    'heatmaps',
    'heatmaps of all scales',
    scales.map((outputs, i) => ({ run: 0, output: outputs.heatmaps, mirrored: false, calls: after[i].at(-1)! })),
    whole.width / scheme.ratio,
    whole.height / scheme.ratio,
  );
  return { scales, heatmaps, after, highest: highestCall };
}

/** What goes into an output of one scale. */
function termsOf(name: 'heatmaps' | 'centerMap' | 'offsetMap', { heatmaps2x, ...raw }: GpuOutputs, runs: readonly Run[]): Term[] {
  return runs.flatMap((run, i): Term[] => {
    const term = (output: GpuOutput): Term => ({ run: i, output, mirrored: run !== 'plain' });
    const finer = name === 'heatmaps' && heatmaps2x ? [term(heatmaps2x)] : [];
    if (run === 'plain') return [term(raw[name]), ...finer];
    return run === 'mirrored' ? [term(raw[name])] : finer;
  });
}

function labelOf({ width, height, scale }: SchemeScale): string {
  return `${width}×${height}, scale ${scale}`;
}
