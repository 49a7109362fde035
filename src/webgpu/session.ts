import { KEYPOINT_SETS } from '../pose.ts';
import { ManyposeError } from '../errors.ts';
import type { InputGeometry } from '../geometry.ts';
import type { Network } from '../network/network.ts';
import type { CandidateBuffers } from './candidates-program.ts';
import type { PreparedCalls } from './dispatch.ts';
import { prepareCalls, recordDispatches } from './dispatch.ts';
import type { TakenFrame } from './frame-source.ts';
import type { GpuMap, KernelCall } from './kernel.ts';
import { wholeBuffer } from './kernel.ts';
import { flipMergeCall, heatmapSources, packFlipSources, regressionSources } from './kernels/flip-merge.ts';
import { PREPROCESS_UNIFORM_BYTES, preprocessPipeline, preprocessUniforms, preprocessWorkgroups } from './kernels/preprocess.ts';
import { createNetworkProgram } from './network-program.ts';
import type { Pipelines } from './pipelines.ts';
import type { UploadedWeights } from './weights.ts';

/** A runtime's part that all input sizes share. */
export interface Shared {
  readonly device: GPUDevice;
  readonly network: Network;
  readonly pipelines: Pipelines;
  readonly weights: UploadedWeights;
  readonly candidates: CandidateBuffers;
}

/** Everything of one input size: made once, then a frame only records commands. */
export interface Session {
  readonly input: GpuMap;
  /** The last run's maps. */
  readonly heatmaps: GpuMap;
  readonly regression: GpuMap;
  /** The flip test's result. */
  mergedMaps(): { heatmaps: GpuMap; regression: GpuMap };
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
  const { device, network, pipelines, weights, candidates } = shared;
  const program = createNetworkProgram(
    device, network, [network.input], [network.heatmaps, network.regression], weights, width, height,
  );
  const label = `${width}×${height}`;
  const [input, heatmaps, regression] = [network.input, network.heatmaps, network.regression].map(program.mapOf);
  const networkCalls = prepareCalls(device, pipelines, `network ${label}`, program.calls);
  const decodeCalls = prepareCalls(device, pipelines, `candidates ${label}`, candidates.callsFor(heatmaps, regression));

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
    const layout = pipelines.of(preprocessPipeline(kind)).getBindGroupLayout(0);
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
    pass.setPipeline(pipelines.of(preprocessPipeline(taken.kind)));
    pass.setBindGroup(0, bindGroupsFor(taken)[Number(mirrored)]);
    pass.dispatchWorkgroups(...preprocessWorkgroups(geometry));
  }

  return {
    input, heatmaps, regression,
    mergedMaps() {
      const [mergedHeat, mergedRegression] = flipTest!.merged;
      return { heatmaps: mergedHeat, regression: mergedRegression };
    },

    recordNetwork(encoder) {
      const pass = encoder.beginComputePass({ label: 'network' });
      recordDispatches(pass, networkCalls.dispatches);
      pass.end();
    },

    recordFrame(encoder, taken, geometry, flip) {
      candidates.clear(encoder);
      if (flip) flipTest ??= createFlipTest(shared, label, [heatmaps, regression]);
      let pass = encoder.beginComputePass({ label: 'frame' });
      recordPreprocess(pass, taken, geometry, false);
      recordDispatches(pass, networkCalls.dispatches);
      if (flip) {
        pass.end();
        [heatmaps, regression].forEach(({ range }, i) => {
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
function createFlipTest(shared: Shared, label: string, outputs: readonly GpuMap[]): FlipTest {
  const { device, network, pipelines, candidates } = shared;
  const buffers: GPUBuffer[] = [];
  const make = (name: string, size: number): GPUBuffer => {
    const buffer = device.createBuffer({
      label: `${name} ${label}`, size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    buffers.push(buffer);
    return buffer;
  };
  const like = (name: string, { shape }: GpuMap): GpuMap => ({ shape, range: wholeBuffer(make(name, shape.bytes)) });
  const plain = outputs.map((output) => like('plain run', output));
  const merged = outputs.map((output) => like('merged', output));
  const mirror = mirrorOf(network.keypoints);
  const calls = [heatmapSources(mirror), regressionSources(mirror)].map((sources, i): KernelCall => {
    const table = packFlipSources(sources);
    const buffer = make('flip sources', table.byteLength);
    device.queue.writeBuffer(buffer, 0, table);
    return flipMergeCall(i === 0 ? 'merge heatmaps' : 'merge regression', plain[i], outputs[i], wholeBuffer(buffer), merged[i]);
  });
  const prepared = prepareCalls(device, pipelines, `flip test ${label}`, [...calls, ...candidates.callsFor(merged[0], merged[1])]);
  return {
    plain, merged, calls: prepared,
    destroy() {
      prepared.destroy();
      buffers.forEach((buffer) => buffer.destroy());
    },
  };
}

function mirrorOf(keypoints: number): readonly number[] {
  const set = Object.values(KEYPOINT_SETS).find(({ names }) => names.length === keypoints);
  if (!set) throw new ManyposeError('invalid-model', `no keypoint set has ${keypoints} keypoints`);
  return set.mirror;
}
