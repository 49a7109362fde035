import { it } from 'vitest';
import { mergeFlipped } from '../../src/ops/flip-merge.ts';
import { KEYPOINT_SETS } from '../../src/pose.ts';
import type { NetworkMaps } from '../../src/ops/network-maps.ts';
import type { FlipSource } from '../../src/webgpu/kernels/flip-merge.ts';
import { flipMergeCall, heatmapSources, packFlipSources, regressionSources } from '../../src/webgpu/kernels/flip-merge.ts';
import { describeGpu } from '../support/gpu.ts';
import { noise, parity } from '../support/parity.ts';
import { onGpu, shapeOf } from '../support/run-kernel.ts';

/** One addition of numbers up to 3, rounded in float32 here and in float64 before that there. */
const TOLERANCE = 1e-7;

const CASES = [
  { width: 1, height: 1, mirror: [0] },
  { width: 5, height: 7, mirror: [0, 2, 1] },
  { width: 7, height: 5, mirror: [1, 0, 3, 2, 4] },
  { width: 12, height: 3, mirror: KEYPOINT_SETS.coco.mirror },
  { width: 3, height: 30, mirror: KEYPOINT_SETS.crowdpose.mirror },
];

describeGpu('the flip test\'s merging kernel', (device) => {
  const check = parity('flip-merge', TOLERANCE);

  const merge = (
    plain: Float32Array, mirrored: Float32Array, sources: readonly FlipSource[], width: number, height: number,
  ): Promise<Float32Array> => onGpu(device, async (gpu) => {
    const shape = shapeOf([sources.length], width, height);
    const output = gpu.map(shape);
    const table = gpu.buffer(packFlipSources(sources));
    await gpu.run([flipMergeCall('merge', gpu.map(shape, plain), gpu.map(shape, mirrored), table, output)]);
    return gpu.planes(output);
  });

  const regressionOf = ({ offsetMap, centerMap }: NetworkMaps): Float32Array => Float32Array.from([...offsetMap, ...centerMap]);

  it.each(CASES)('merges maps of $width×$height, keypoints mirrored as $mirror', async ({ width, height, mirror }) => {
    const keypoints = mirror.length;
    const [plain, mirrored] = ['plain', 'mirrored'].map((run): NetworkMaps => ({
      keypoints, width, height,
      heatmaps: noise(`${run} heatmaps`, keypoints * width * height),
      centerMap: noise(`${run} centers`, width * height),
      offsetMap: noise(`${run} offsets`, 2 * keypoints * width * height, 3),
    }));
    const merged = mergeFlipped(plain, mirrored, mirror);
    check(await merge(plain.heatmaps, mirrored.heatmaps, heatmapSources(mirror), width, height), merged.heatmaps);
    check(
      await merge(regressionOf(plain), regressionOf(mirrored), regressionSources(mirror), width, height),
      regressionOf(merged),
    );
  });
});
