import type { InputGeometry } from '../geometry.ts';
import type { MapTensor, Network } from '../network/network.ts';
import { outputMaps } from '../network/network.ts';
import type { CandidateBuffers } from './candidates-program.ts';
import type { PreparedCalls } from './dispatch.ts';
import { prepareCalls, recordDispatches } from './dispatch.ts';
import type { TakenFrame } from './frame-source.ts';
import type { GpuMap, KernelCall } from './kernel.ts';
import { wholeBuffer } from './kernel.ts';
import { flipMergeCall, flipSources, packFlipSources } from './kernels/flip-merge.ts';
import { PREPROCESS_UNIFORM_BYTES, preprocessPipeline, preprocessUniforms, preprocessWorkgroups } from './kernels/preprocess.ts';
import { createNetworkProgram } from './network-program.ts';
import { gpuOutputs, outputsLike } from './outputs.ts';
import type { Pipelines } from './pipelines.ts';
import type { LoadedLayers } from './loaded-layers.ts';

/** A runtime's part that all input sizes share. */
export interface Shared {
  readonly device: GPUDevice;
  readonly network: Network;
  readonly pipelines: Pipelines;
  readonly layers: LoadedLayers;
  readonly candidates: CandidateBuffers;
}

/** Everything of one input size: made once, then a frame only records commands. */
export interface Session {
  readonly input: GpuMap;
  /** The last run's maps that hold outputs, in the order of `outputMaps`. */
  readonly maps: readonly GpuMap[];
  /** The same of the flip test's result. */
  mergedMaps(): readonly GpuMap[];
  recordNetwork(encoder: GPUCommandEncoder): void;
  /** A frame from pixels to candidates in the readback buffer. */
  recordFrame(encoder: GPUCommandEncoder, taken: TakenFrame, geometry: InputGeometry, flip: boolean): void;
  destroy(): void;
}

interface FlipTest {
  readonly plain: readonly GpuMap[];
  readonly merged: readonly GpuMap[];
  readonly calls: PreparedCalls;
  destroy(): void;
}

export function createSession(shared: Shared, width: number, height: number): Session {
  const { device, network, pipelines, layers, candidates } = shared;
  const program = createNetworkProgram(
    device, network, [network.input], outputMaps(network), layers, width, height,
  );
  const label = `${width}×${height}`;
  const input = program.mapOf(network.input);
  const maps = outputMaps(network).map(program.mapOf);
  const networkCalls = prepareCalls(device, pipelines, `network ${label}`, program.calls);
  const decodeCalls = prepareCalls(device, pipelines, `candidates ${label}`, candidates.callsFor(gpuOutputs(network, program.mapOf)));

  const stride = device.limits.minUniformBufferOffsetAlignment;
  const uniforms = device.createBuffer({
    label: `preprocess ${label}`, size: stride + PREPROCESS_UNIFORM_BYTES, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  });
  // A texture stays the same from frame to frame, and so do its bind groups.
  const bindGroups = new WeakMap<object, GPUBindGroup[]>();
  let flipTest: FlipTest | undefined;

  function bindGroupsFor({ kind, resource }: TakenFrame): GPUBindGroup[] {
    let groups = bindGroups.get(resource);
    if (groups) return groups;
    const { layout } = pipelines.of(preprocessPipeline(kind));
    groups = [0, stride].map((offset) => device.createBindGroup({
      label: 'preprocess',
      layout,
      entries: [
        { binding: 0, resource: { buffer: uniforms, offset, size: PREPROCESS_UNIFORM_BYTES } },
        { binding: 1, resource: input.range },
        { binding: 2, resource },
      ],
    }));
    bindGroups.set(resource, groups);
    return groups;
  }

  function recordPreprocess(pass: GPUComputePassEncoder, taken: TakenFrame, geometry: InputGeometry, mirrored: boolean): void {
    device.queue.writeBuffer(uniforms, mirrored ? stride : 0, preprocessUniforms(geometry, taken, mirrored));
    pass.setPipeline(pipelines.of(preprocessPipeline(taken.kind)).pipeline);
    pass.setBindGroup(0, bindGroupsFor(taken)[Number(mirrored)]);
    pass.dispatchWorkgroups(...preprocessWorkgroups(geometry));
  }

  return {
    input, maps,
    mergedMaps: () => flipTest!.merged,

    recordNetwork(encoder) {
      const pass = encoder.beginComputePass({ label: 'network' });
      recordDispatches(pass, networkCalls.dispatches);
      pass.end();
    },

    recordFrame(encoder, taken, geometry, flip) {
      candidates.clear(encoder);
      if (flip) flipTest ??= createFlipTest(shared, label, program.mapOf);
      let pass = encoder.beginComputePass({ label: 'frame' });
      recordPreprocess(pass, taken, geometry, false);
      recordDispatches(pass, networkCalls.dispatches);
      if (flip) {
        pass.end();
        maps.forEach(({ range }, i) => {
          encoder.copyBufferToBuffer(range.buffer, range.offset, flipTest!.plain[i].range.buffer, 0, range.size);
        });
        pass = encoder.beginComputePass({ label: 'mirrored frame' });
        recordPreprocess(pass, taken, geometry, true);
        recordDispatches(pass, networkCalls.dispatches);
      }
      recordDispatches(pass, (flip ? flipTest!.calls : decodeCalls).dispatches);
      pass.end();
      candidates.copy(encoder);
    },

    destroy() {
      program.destroy();
      networkCalls.destroy();
      decodeCalls.destroy();
      flipTest?.destroy();
      uniforms.destroy();
    },
  };
}

/** Buffers and calls that merge the mirrored run with the plain one, and find candidates in the result. */
function createFlipTest(shared: Shared, label: string, mapOf: (map: MapTensor) => GpuMap): FlipTest {
  const { device, network, pipelines, candidates } = shared;
  const buffers: GPUBuffer[] = [];
  const make = (name: string, size: number): GPUBuffer => {
    const buffer = device.createBuffer({
      label: `${name} ${label}`, size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    buffers.push(buffer);
    return buffer;
  };
  const like = (name: string) => (map: MapTensor): GpuMap => {
    const { shape } = mapOf(map);
    return { shape, range: wholeBuffer(make(name, shape.bytes)) };
  };
  const plain = outputsLike(network, like('plain run'));
  const merged = outputsLike(network, like('merged'));
  const calls = outputMaps(network).map((map, i): KernelCall => {
    const table = packFlipSources(flipSources(map, network));
    const buffer = make('flip sources', table.byteLength);
    device.queue.writeBuffer(buffer, 0, table);
    return flipMergeCall(`merge ${map.label}`, plain.maps[i], mapOf(map), wholeBuffer(buffer), merged.maps[i]);
  });
  const prepared = prepareCalls(device, pipelines, `flip test ${label}`, [...calls, ...candidates.callsFor(merged.outputs)]);
  return {
    plain: plain.maps, merged: merged.maps, calls: prepared,
    destroy() {
      prepared.destroy();
      buffers.forEach((buffer) => buffer.destroy());
    },
  };
}
