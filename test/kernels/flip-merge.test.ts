import { it } from 'vitest';
import { mergeFlipped } from '../../src/ops/flip-merge.ts';
import type { MapTensor } from '../../src/network/network.ts';
import { COCO, KEYPOINT_SETS } from '../../src/pose.ts';
import type { NetworkMaps } from '../../src/ops/network-maps.ts';
import type { FlipSource } from '../../src/ops/flip-merge.ts';
import { flipMergeCall, flipSources, packFlipSources } from '../../src/webgpu/kernels/flip-merge.ts';
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

describeGpu("the flip test's merging kernel", (device) => {
  const check = parity('flip-merge', TOLERANCE);

  const merge = (
    plain: Float32Array,
    mirrored: Float32Array,
    sources: readonly FlipSource[],
    width: number,
    height: number,
  ): Promise<Float32Array> =>
    onGpu(device, async (gpu) => {
      const shape = shapeOf([sources.length], width, height);
      const output = gpu.map(shape);
      const table = gpu.buffer(packFlipSources(sources));
      await gpu.run([flipMergeCall('merge', gpu.map(shape, plain), gpu.map(shape, mirrored), table, output)]);
      return gpu.planes(output);
    });

  const regressionOf = ({ offsetMap, centerMap }: NetworkMaps): Float32Array =>
    Float32Array.from([...offsetMap.values, ...centerMap.values]);

  it.each(CASES)('merges maps of $width×$height, keypoints mirrored as $mirror', async ({ width, height, mirror }) => {
    const keypoints = mirror.length;
    const [plain, mirrored] = ['plain', 'mirrored'].map((run): NetworkMaps => ({
      heatmaps: { channels: keypoints, width, height, values: noise(`${run} heatmaps`, keypoints * width * height) },
      centerMap: { channels: 1, width, height, values: noise(`${run} centers`, width * height) },
      offsetMap: { channels: 2 * keypoints, width, height, values: noise(`${run} offsets`, 2 * keypoints * width * height, 3) },
    }));
    const merged = mergeFlipped(plain, mirrored, mirror);
    const [heat, regression] = [keypoints, 2 * keypoints + 1].map((channels, id): MapTensor => ({
      id,
      label: '',
      channels,
      stride: 1,
    }));
    const network = {
      keypointSet: { ...COCO, mirror },
      outputs: {
        heatmaps: { map: heat, first: 0, channels: keypoints },
        offsetMap: { map: regression, first: 0, channels: 2 * keypoints },
        centerMap: { map: regression, first: 2 * keypoints, channels: 1 },
      },
    };
    check(
      await merge(plain.heatmaps.values, mirrored.heatmaps.values, flipSources(heat, network), width, height),
      merged.heatmaps.values,
    );
    check(
      await merge(regressionOf(plain), regressionOf(mirrored), flipSources(regression, network), width, height),
      regressionOf(merged),
    );
  });
});
