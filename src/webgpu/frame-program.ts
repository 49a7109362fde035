import type { InputGeometry } from '../geometry.ts';
import { outputMaps } from '../network/network.ts';
import type { Pass } from '../runtime/passes.ts';
import { prepareCalls, recordDispatches } from './dispatch.ts';
import type { FlipProgram } from './flip-program.ts';
import { createFlipProgram } from './flip-program.ts';
import type { TakenFrame } from './frame-textures.ts';
import type { GpuMap } from './kernel.ts';
import { PREPROCESS_UNIFORM_BYTES, preprocessPipeline, preprocessUniforms, preprocessWorkgroups } from './kernels/preprocess.ts';
import type { LoadedNetwork } from './loaded-network.ts';
import type { GpuMemory } from './memory.ts';
import { allocated } from './memory.ts';
import { createNetworkProgram } from './network-program.ts';
import { gpuOutputs } from './outputs.ts';

/** A frame's way at one input size, from pixels to candidates: made once, then a frame only records commands. */
export interface FrameProgram {
  readonly input: GpuMap;
  /** The last run's maps that hold outputs, in the order of `outputMaps`. */
  readonly maps: readonly GpuMap[];
  /** The same of the flip test's result. */
  mergedMaps(): readonly GpuMap[];
  recordNetwork(encoder: GPUCommandEncoder): void;
  /** One pass of a frame from pixels to the maps that hold outputs. */
  recordPass(encoder: GPUCommandEncoder, taken: TakenFrame, pass: Pass): void;
  /** A frame from pixels to candidates in the readback buffer. */
  recordFrame(encoder: GPUCommandEncoder, taken: TakenFrame, geometry: InputGeometry, flip: boolean): void;
  destroy(): void;
}

export function createFrameProgram(loaded: LoadedNetwork, width: number, height: number): FrameProgram {
  return allocated(loaded.device, (memory) => programIn(memory, loaded, width, height));
}

function programIn(memory: GpuMemory, loaded: LoadedNetwork, width: number, height: number): FrameProgram {
  const { device, network, pipelines, layers, candidates } = loaded;
  const program = createNetworkProgram(memory, network, [network.input], outputMaps(network), layers, width, height);
  const label = `${width}×${height}`;
  const input = program.mapOf(network.input);
  const maps = outputMaps(network).map(program.mapOf);
  const networkCalls = prepareCalls(memory, pipelines, `network ${label}`, program.calls);
  const decodeCalls = prepareCalls(
    memory,
    pipelines,
    `candidates ${label}`,
    candidates.callsFor(gpuOutputs(network, program.mapOf)),
  );

  const stride = device.limits.minUniformBufferOffsetAlignment;
  const uniforms = memory.buffer({
    label: `preprocess ${label}`,
    size: stride + PREPROCESS_UNIFORM_BYTES,
    usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  // A texture stays the same from frame to frame, and so do its bind groups.
  const bindGroups = new WeakMap<object, GPUBindGroup[]>();
  let flipTest: FlipProgram | undefined;

  function bindGroupsFor({ kind, resource }: TakenFrame): GPUBindGroup[] {
    let groups = bindGroups.get(resource);
    if (groups) return groups;
    const { layout } = pipelines.of(preprocessPipeline(kind));
    groups = [0, stride].map((offset) =>
      device.createBindGroup({
        label: 'preprocess',
        layout,
        entries: [
          { binding: 0, resource: { buffer: uniforms, offset, size: PREPROCESS_UNIFORM_BYTES } },
          { binding: 1, resource: input.range },
          { binding: 2, resource },
        ],
      }),
    );
    bindGroups.set(resource, groups);
    return groups;
  }

  function recordPreprocess(
    pass: GPUComputePassEncoder,
    taken: TakenFrame,
    geometry: InputGeometry,
    mirrored: boolean,
    shift?: number,
  ): void {
    device.queue.writeBuffer(uniforms, mirrored ? stride : 0, preprocessUniforms(geometry, taken, mirrored, shift));
    pass.setPipeline(pipelines.of(preprocessPipeline(taken.kind)).pipeline);
    pass.setBindGroup(0, bindGroupsFor(taken)[Number(mirrored)]);
    pass.dispatchWorkgroups(...preprocessWorkgroups(geometry));
  }

  return {
    input,
    maps,
    mergedMaps: () => flipTest!.merged,

    recordNetwork(encoder) {
      const pass = encoder.beginComputePass({ label: 'network' });
      recordDispatches(pass, networkCalls);
      pass.end();
    },

    recordPass(encoder, taken, { geometry, mirrored, shift }) {
      const pass = encoder.beginComputePass({ label: 'pass' });
      recordPreprocess(pass, taken, geometry, mirrored, shift);
      recordDispatches(pass, networkCalls);
      pass.end();
    },

    recordFrame(encoder, taken, geometry, flip) {
      candidates.clear(encoder);
      if (flip) flipTest ??= createFlipProgram(memory, loaded, label, program.mapOf);
      let pass = encoder.beginComputePass({ label: 'frame' });
      recordPreprocess(pass, taken, geometry, false);
      recordDispatches(pass, networkCalls);
      if (flip) {
        pass.end();
        maps.forEach(({ range }, i) => {
          encoder.copyBufferToBuffer(range.buffer, range.offset, flipTest!.plain[i].range.buffer, 0, range.size);
        });
        pass = encoder.beginComputePass({ label: 'mirrored frame' });
        recordPreprocess(pass, taken, geometry, true);
        recordDispatches(pass, networkCalls);
      }
      recordDispatches(pass, flip ? flipTest!.calls : decodeCalls);
      pass.end();
      candidates.copy(encoder);
    },

    destroy: () => memory.free(),
  };
}
