import { inspectedMaps } from '../network/inspectable.ts';
import type { MapTensor } from '../network/network.ts';
import type { PoseCandidates } from '../decode/candidates.ts';
import type { Pass } from '../runtime/passes.ts';
import { createCandidatesProgram } from './candidates-program.ts';
import type { PreparedDispatch } from './dispatch.ts';
import { prepareCalls, recordDispatches } from './dispatch.ts';
import type { TakenFrame } from './frame-textures.ts';
import type { JoinedRuns, joinRuns } from './join-runs.ts';
import type { GpuMap } from './kernel.ts';
import { PREPROCESS_UNIFORM_BYTES, preprocessPipeline, preprocessUniforms, preprocessWorkgroups } from './kernels/preprocess.ts';
import type { LoadedNetwork } from './loaded-network.ts';
import type { GpuMemory } from './memory.ts';
import { allocated } from './memory.ts';
import { createNetworkProgram } from './network-program.ts';
import type { GpuOutputs } from './outputs.ts';
import { gpuOutputs } from './outputs.ts';
import type { Scheme } from './scheme.ts';

/** A frame's way in one scheme, from pixels to candidates: made once, then a frame only records commands. */
export interface FrameProgram {
  /** Of the largest scale. */
  readonly input: GpuMap;
  /** What the network leaves of the largest scale's last run, one of its `inspectedMaps`. */
  mapOf(map: MapTensor): GpuMap;
  /** Per scale, what the last frame's candidates were found in; heatmaps are each scale's own. */
  readonly scales: readonly { readonly scale: number; readonly outputs: GpuOutputs }[];
  /** Where a frame's candidates end. */
  readonly staging: GPUBuffer;
  /** The network alone, at the largest scale. */
  recordNetwork(encoder: GPUCommandEncoder): void;
  /** A frame from pixels to candidates in the staging buffer. @param passes in the order of the scheme's runs. */
  recordFrame(encoder: GPUCommandEncoder, taken: TakenFrame, passes: readonly Pass[]): void;
  /** The staging buffer's content; undefined if the maps must decide. */
  parse(data: ArrayBuffer): PoseCandidates | undefined;
  destroy(): void;
}

/**
 * @param join for schemes of several runs or sizes of maps.
 * @throws ManyposeError `out-of-memory`.
 */
export function createFrameProgram(loaded: LoadedNetwork, scheme: Scheme, join?: typeof joinRuns): FrameProgram {
  return allocated(loaded.device, (memory) => programIn(memory, loaded, scheme, join));
}

function programIn(memory: GpuMemory, loaded: LoadedNetwork, scheme: Scheme, join?: typeof joinRuns): FrameProgram {
  const { device, network, pipelines, layers } = loaded;
  const programs = scheme.scales.map(({ width, height }) =>
    createNetworkProgram(memory, network, [network.input], inspectedMaps(network), layers, width, height),
  );
  const raw = programs.map(({ mapOf }) => gpuOutputs(network, mapOf));
  const inputs = programs.map(({ mapOf }) => mapOf(network.input));
  const joined: JoinedRuns = join?.(memory, loaded, scheme, raw) ?? { scales: raw, heatmaps: raw[0].heatmaps, after: [[[]]] };
  const scales = scheme.scales.map(({ scale }, i) => ({ scale, outputs: joined.scales[i] }));
  const candidates = createCandidatesProgram(memory, network, { ...joined, ratio: scheme.ratio, scales });

  const prepared = (label: string, calls: Parameters<typeof prepareCalls>[3]): PreparedDispatch[] =>
    prepareCalls(memory, pipelines, `${label}, ${scheme.key}`, calls);
  const networkCalls = programs.map(({ calls }) => prepared('network', calls));
  const candidateCalls = prepared('candidates', candidates.calls);
  /** One after another; what is run on which input, and what comes after it. */
  const runs = joined.after.flatMap((afterRuns, i) =>
    afterRuns.map((calls) => ({ input: inputs[i], dispatches: [...networkCalls[i], ...prepared('joining', calls)] })),
  );

  const stride = device.limits.minUniformBufferOffsetAlignment;
  const uniforms = memory.buffer({
    label: `preprocess, ${scheme.key}`,
    size: (runs.length - 1) * stride + PREPROCESS_UNIFORM_BYTES,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  // A texture stays the same from frame to frame, and so do its bind groups.
  const bindGroups = new WeakMap<object, GPUBindGroup[]>();

  function bindGroupsFor({ kind, resource }: TakenFrame): GPUBindGroup[] {
    let groups = bindGroups.get(resource);
    if (groups) return groups;
    const { layout } = pipelines.of(preprocessPipeline(kind));
    groups = runs.map(({ input }, i) =>
      device.createBindGroup({
        label: 'preprocess',
        layout,
        entries: [
          { binding: 0, resource: { buffer: uniforms, offset: i * stride, size: PREPROCESS_UNIFORM_BYTES } },
          { binding: 1, resource: input.range },
          { binding: 2, resource },
        ],
      }),
    );
    bindGroups.set(resource, groups);
    return groups;
  }

  return {
    input: inputs[0],
    mapOf: programs[0].mapOf,
    scales,
    staging: candidates.staging,
    parse: candidates.parse,

    recordNetwork(encoder) {
      const pass = encoder.beginComputePass({ label: 'network' });
      recordDispatches(pass, networkCalls[0]);
      pass.end();
    },

    recordFrame(encoder, taken, passes) {
      candidates.clear(encoder);
      const { pipeline } = pipelines.of(preprocessPipeline(taken.kind));
      const groups = bindGroupsFor(taken);
      const pass = encoder.beginComputePass({ label: 'frame' });
      runs.forEach(({ dispatches }, i) => {
        const { geometry, mirrored, shift } = passes[i];
        device.queue.writeBuffer(uniforms, i * stride, preprocessUniforms(geometry, taken, mirrored, shift));
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, groups[i]);
        pass.dispatchWorkgroups(...preprocessWorkgroups(geometry));
        recordDispatches(pass, dispatches);
      });
      recordDispatches(pass, candidateCalls);
      pass.end();
      candidates.copy(encoder);
    },

    destroy: () => memory.free(),
  };
}
