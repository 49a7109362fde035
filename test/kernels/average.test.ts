import { it } from 'vitest';
import type { SignedChannel } from '../../src/ops/flip-merge.ts';
import { mergeFlipped, mirroredChannel } from '../../src/ops/flip-merge.ts';
import { heatStackOf, meanStack } from '../../src/ops/heat-upsample.ts';
import type { NetworkMaps } from '../../src/ops/network-maps.ts';
import type { Planes } from '../../src/ops/planes.ts';
import { KEYPOINT_SETS } from '../../src/pose.ts';
import { averageCall, packChannels } from '../../src/webgpu/kernels/average.ts';
import { describeGpu } from '../support/gpu.ts';
import { noise, parity } from '../support/parity.ts';
import { onGpu, shapeOf } from '../support/run-kernel.ts';

/** A few additions and interpolations of numbers up to 3, rounded in float32 here and in float64 before that there. */
const TOLERANCE = 5e-7;
/** Channels before the ones that are averaged. */
const FIRST = 3;

interface Term {
  readonly planes: Planes;
  readonly mirrored?: boolean;
  readonly channelOf?: (channel: number) => SignedChannel;
}

describeGpu('the averaging kernel', (device) => {
  const check = parity('average', TOLERANCE);

  /** Each term lies among other channels. */
  const average = (terms: readonly Term[], width: number, height: number): Promise<Float32Array> =>
    onGpu(device, async (gpu) => {
      const { channels } = terms[0].planes;
      const sum = gpu.map(shapeOf([channels], width, height));
      await gpu.run(
        terms.map(({ planes, mirrored = false, channelOf = (channel) => ({ channel, sign: 1 }) }, number) => {
          const cells = planes.width * planes.height;
          const among = noise('others', (FIRST + channels + 2) * cells, 9);
          among.set(planes.values, FIRST * cells);
          const from = Array.from({ length: channels }, (_, c): SignedChannel => ({
            ...channelOf(c),
            channel: FIRST + channelOf(c).channel,
          }));
          return averageCall(
            `term ${number}`,
            {
              map: gpu.map(shapeOf([FIRST + channels + 2], planes.width, planes.height), among),
              from: gpu.buffer(packChannels(from)),
              mirrored,
              number,
            },
            sum,
            terms.length,
          );
        }),
      );
      return gpu.planes(sum);
    });

  const planesOf = (name: string, channels: number, width: number, height: number, scale = 1): Planes => ({
    channels,
    width,
    height,
    values: noise(name, channels * width * height, scale),
  });

  it.each([
    { width: 1, height: 1, mirror: [0] },
    { width: 5, height: 7, mirror: [0, 2, 1] },
    { width: 7, height: 5, mirror: [1, 0, 3, 2, 4] },
    { width: 12, height: 3, mirror: KEYPOINT_SETS.coco.mirror },
    { width: 3, height: 30, mirror: KEYPOINT_SETS.crowdpose.mirror },
  ])('merges mirrored maps of $width×$height, keypoints mirrored as $mirror', async ({ width, height, mirror }) => {
    const [plain, mirrored] = ['plain', 'mirrored'].map((run): NetworkMaps => ({
      heatmaps: planesOf(`${run} heatmaps`, mirror.length, width, height),
      centerMap: planesOf(`${run} centers`, 1, width, height),
      offsetMap: planesOf(`${run} offsets`, 2 * mirror.length, width, height, 3),
    }));
    const merged = mergeFlipped(plain, mirrored, mirror);
    for (const name of ['heatmaps', 'centerMap', 'offsetMap'] as const) {
      const channelOf = (channel: number): SignedChannel => mirroredChannel(name, channel, mirror);
      const terms = [{ planes: plain[name] }, { planes: mirrored[name], mirrored: true, channelOf }];
      check(await average(terms, width, height), merged[name].values);
    }
  });

  it.each([
    { channels: 1, width: 2, height: 2, factors: [2] },
    { channels: 5, width: 12, height: 6, factors: [1, 2, 3] },
    { channels: 17, width: 8, height: 16, factors: [4, 1] },
    { channels: 4, width: 16, height: 8, factors: [8, 2, 4, 1] },
  ])(
    'averages $channels channels at $width×$height of cells $factors times as large',
    async ({ channels, width, height, factors }) => {
      const terms = factors.map((factor): Planes => planesOf(`map ${factor}`, channels, width / factor, height / factor));
      // Without a map of that size the mean would lie on larger cells.
      const zeros = { channels, width, height, values: new Float32Array(channels * width * height) };
      const expected = meanStack([...terms, zeros].map((planes) => heatStackOf(planes, width, height))).maps;
      const all = [...terms, zeros].map((planes) => ({ planes }));
      check(await average(all, width, height), expected);
    },
  );

  it('mirrors after upsampling, where the last column repeats', async () => {
    const planes = planesOf('map', 3, 5, 4);
    const upsampled = await average([{ planes }], 10, 8);
    const mirrored = Float32Array.from(upsampled, (_, i) => upsampled[i - (i % 10) + 9 - (i % 10)]);
    check(await average([{ planes, mirrored: true }], 10, 8), mirrored);
  });
});
