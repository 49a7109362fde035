import { expect, it } from 'vitest';
import { candidatesFromScales } from '../../src/decode/candidates-from-maps.ts';
import type { PoseCandidates } from '../../src/decode/candidates.ts';
import { decodePoses } from '../../src/decode/decode.ts';
import type { ModelDescriptor } from '../../src/network/descriptor.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { mapOutputs } from '../../src/network/output-maps.ts';
import { maximum } from '../../src/ops/cellwise.ts';
import type { Planes } from '../../src/ops/planes.ts';
import { KEYPOINT_SETS } from '../../src/pose.ts';
import { candidatePipelines, createCandidatesProgram } from '../../src/webgpu/candidates-program.ts';
import { prepareCalls, recordDispatches } from '../../src/webgpu/dispatch.ts';
import { JOINING, joinRuns } from '../../src/webgpu/join-runs.ts';
import type { KernelCall } from '../../src/webgpu/kernel.ts';
import { packMap } from '../../src/webgpu/pack-maps.ts';
import { gpuMemory } from '../../src/webgpu/memory.ts';
import type { GpuOutput, GpuOutputs } from '../../src/webgpu/outputs.ts';
import { pipelinesOf } from '../../src/webgpu/pipelines.ts';
import { scheduled } from '../../src/webgpu/scheme.ts';
import { passesOf } from '../../src/runtime/passes.ts';
import { asInput } from '../support/as-input.ts';
import type { ScaleRuns } from '../support/decode-variants.ts';
import { cases, higherRunsOf, joinedOf, runsOf, variants } from '../support/decode-variants.ts';
import { describeGpu } from '../support/gpu.ts';
import { TINY_DEKR, TINY_HIGHER, TINY_W4 } from '../support/models.ts';
import { onGpu, shapeOf } from '../support/run-kernel.ts';

/** Interpolations are rounded in float32 here and in float64 there. */
const SCORE = 2e-6;
const PX = 1e-4;

interface Golden {
  readonly name: string;
  readonly mode: 'single' | 'flip' | 'multi';
  readonly input: [width: number, height: number];
  readonly model: ModelDescriptor;
  readonly runs: ScaleRuns[];
}

const goldens: Golden[] = [
  ...cases
    .filter(({ regression, mode, maps }) => regression && mode !== 'single' && maps !== '1000')
    .flatMap((each): Golden[] => {
      const keypointSet = each.maps === 'crowdpose' ? 'crowdpose' : 'coco';
      const of = (model: ModelDescriptor): Golden => ({
        ...each,
        name: `${each.maps} as ${model.architecture}`,
        model: { ...model, keypointSet },
        runs: runsOf(each.maps, each),
      });
      return each.mode === 'multi' ? [of(TINY_W4), of(TINY_DEKR)] : [of(TINY_W4)];
    }),
  ...variants
    .filter(({ variant }) => variant === 'coco_higher')
    .map((each): Golden => ({ ...each, name: each.variant, model: TINY_HIGHER, runs: higherRunsOf(each, maximum) })),
];

describeGpu('runs joined on the GPU', (device) => {
  /** Puts each run's maps where the network would leave them. */
  const candidatesOf = ({ model, mode, input, runs }: Golden): Promise<PoseCandidates | undefined> =>
    onGpu(device, async (gpu) => {
      const network = buildNetwork(model);
      const { scheme } = scheduled(
        network,
        passesOf(asInput(input), network, { flip: mode !== 'single', scales: runs.map(({ scale }) => scale) }),
      );
      const memory = gpuMemory(device);
      const runsAt = scheme.scales.map(({ scale }) => runs.find((each) => each.scale === scale)!.runs);
      const raw = runsAt.map(([maps]) =>
        mapOutputs<Planes, GpuOutput>(maps, ({ channels, width, height }) => ({
          map: gpu.map(shapeOf([channels], width, height)),
          first: 0,
          channels,
        })),
      );
      const joined = joinRuns(memory, { device, network }, scheme, raw);
      const program = createCandidatesProgram(memory, network, {
        ...joined,
        ratio: scheme.ratio,
        scales: scheme.scales.map(({ scale }, i) => ({ scale, outputs: joined.scales[i] })),
      });
      const pipelines = pipelinesOf(device);
      await pipelines.compile([...JOINING, ...candidatePipelines(scheme.ratio)]);
      const submit = (calls: readonly KernelCall[], [before, after]: ((encoder: GPUCommandEncoder) => void)[] = []): void => {
        const encoder = device.createCommandEncoder();
        before?.(encoder);
        const pass = encoder.beginComputePass();
        recordDispatches(pass, prepareCalls(memory, pipelines, 'joined', calls));
        pass.end();
        after?.(encoder);
        device.queue.submit([encoder.finish()]);
      };
      joined.after.forEach((afterRuns, i) =>
        afterRuns.forEach((calls, run) => {
          for (const [name, { map }] of Object.entries(raw[i]) as [keyof GpuOutputs, GpuOutput][]) {
            const planes = runsAt[i][run][name]!;
            device.queue.writeBuffer(map.range.buffer, map.range.offset, packMap(planes.values, map.shape));
          }
          submit(calls);
        }),
      );
      submit(program.calls, [program.clear, program.copy]);
      await program.staging.mapAsync(GPUMapMode.READ);
      const data = program.staging.getMappedRange().slice(0);
      memory.free();
      return program.parse(data);
    });

  it('find one person at scale 1 and nobody in negative center maps of other scales', async () => {
    const model: ModelDescriptor = { ...TINY_W4, keypointSet: 'crowdpose' };
    const keypoints = KEYPOINT_SETS.crowdpose.names.length;
    const input = [128, 64] as [number, number];
    const runs = [0.5, 1, 2].map((scale): ScaleRuns => {
      const [width, height] = input.map((side) => (side / 4) * scale);
      const cells = width * height;
      const planes = (channels: number, value: (i: number) => number): Planes => ({
        channels,
        width,
        height,
        values: Float32Array.from({ length: channels * cells }, (_, i) => value(i)),
      });
      // The deepest places of negative maps would be people, were they turned over.
      const centers = planes(1, (i) => (scale === 1 ? (i === 70 ? 0.9 : -0.1) : -0.1 - (i % 97) / 100));
      const maps = {
        heatmaps: planes(keypoints, (i) =>
          Math.max(0, 1 - Math.hypot((i % width) - 9 * scale, (Math.floor(i / width) % height) - 5 * scale) / 3),
        ),
        centerMap: centers,
        offsetMap: planes(2 * keypoints, (i) => (i % 7) - 3),
      };
      return { scale, runs: [maps] };
    });
    const golden: Golden = { name: '', mode: 'single', input, model, runs };
    for (const candidates of [(await candidatesOf(golden))!, candidatesFromScales(joinedOf(runs), ...input)]) {
      expect([...candidates.centerScores]).toEqual([Math.fround(0.9)]);
      expect(decodePoses(candidates, asInput(input), KEYPOINT_SETS.crowdpose)).toHaveLength(1);
    }
    // Turned over, other scales' maps have people, but scale 1's has none to measure them by.
    const turned = runs.map(({ scale, runs: [maps] }): ScaleRuns => {
      const values = maps.centerMap.values.map((value) => (scale === 1 ? Math.min(value, -0.1) : -value));
      return { scale, runs: [{ ...maps, centerMap: { ...maps.centerMap, values } }] };
    });
    for (const candidates of [
      (await candidatesOf({ ...golden, runs: turned }))!,
      candidatesFromScales(joinedOf(turned), ...input),
    ]) {
      expect(candidates.centerScores).toHaveLength(0);
    }
  });

  it.each(goldens)("have the references' candidates and poses: $name, $mode", async (golden) => {
    const { decoding: rules } = buildNetwork(golden.model);
    const keypointSet = KEYPOINT_SETS[golden.model.keypointSet];
    const found = (await candidatesOf(golden))!;
    const expected = candidatesFromScales(joinedOf(golden.runs, keypointSet), ...golden.input, rules);
    expect(found.heat.ratio).toBe(expected.heat.ratio);
    expect(found.peaks.count).toEqual(expected.peaks.count);
    const alike = (a: Float32Array, b: Float32Array, tolerance: number): void => {
      expect(a.length).toBe(b.length);
      a.forEach((value, i) => expect(Math.abs(value - b[i])).toBeLessThan(tolerance));
    };
    alike(found.centerScores, expected.centerScores, SCORE);
    alike(found.regressed, expected.regressed, PX);
    const posesOf = (candidates: PoseCandidates) =>
      decodePoses(candidates, asInput(golden.input), keypointSet, { rules, scoreThreshold: -Infinity });
    const poses = posesOf(found);
    const references = posesOf(expected);
    expect(poses.length).toBe(references.length);
    expect(poses.length).toBeGreaterThan(0);
    references.forEach((reference) => {
      // Several people may have the same keypoints, with scores of their own.
      const distance = ({ keypoints, score }: (typeof poses)[number]): number =>
        Math.max(...keypoints.map(({ x, y }, k) => Math.hypot(x - reference.keypoints[k].x, y - reference.keypoints[k].y))) +
        Math.abs(score - reference.score);
      const pose = poses.reduce((a, b) => (distance(b) < distance(a) ? b : a));
      expect(distance(pose)).toBeLessThan(1e-3);
      expect(Math.abs(pose.score - reference.score)).toBeLessThan(SCORE);
    });
  });
});
