import type { ModelDescriptor } from '../../src/network/descriptor.ts';
import type { NetworkMaps } from '../../src/ops/network-maps.ts';
import { floatsOf, readNpz } from './npz.ts';
import { relativeError } from './relative-error.ts';

/** Full networks with official outputs, apart from coco_w32. */
export const GOLDEN_NETWORKS = ['coco_w48', 'coco_higher_w48', 'crowdpose_w32', 'dekr_coco_w32'] as const;
/** The smallest input of those, [width, height]. */
export const SMALLEST_GOLDEN = [160, 96] as const;
/** Of each output's maximum. */
export const GOLDEN_TOLERANCE = 1e-4;

export function errorWords(errors: Readonly<Record<string, number>>): string {
  return Object.entries(errors)
    .map(([name, error]) => `${name} ${error.toExponential(1)}`)
    .join(', ');
}

/** The official implementation's outputs on the formula's input: heatmaps with the center map last, and offsets. */
export function goldenOutputs(model: string, width: number, height: number): [heatmaps: Float32Array, offsets: Float32Array] {
  const arrays = readNpz(new URL(`../fixtures/networks/${model}.npz`, import.meta.url));
  return [floatsOf(arrays, `${height}x${width}_0`).data, floatsOf(arrays, `${height}x${width}_1`).data];
}

/** Largest error of each output on the formula's input, as a part of the output's maximum; undefined sizes throw. */
export function goldenErrors(model: ModelDescriptor, maps: NetworkMaps): Record<string, number> {
  const { width, height } = maps.offsetMap;
  const arrays = readNpz(new URL(`../fixtures/networks/${model.id}.npz`, import.meta.url));
  const output = (i: number): Float32Array => floatsOf(arrays, `${4 * height}x${4 * width}_${i}`).data;
  const heat = [...maps.heatmaps.values, ...maps.centerMap.values];
  if (model.architecture !== 'adaptive-higher-hrnet') {
    return { heatmaps: relativeError(heat, output(0)), offsets: relativeError(maps.offsetMap.values, output(1)) };
  }
  const branches = [0, 1, 2].map(output);
  const combined = branches[0].map((_, i) => Math.max(...branches.map((branch) => branch[i])));
  return {
    heatmaps: relativeError(heat, combined),
    heatmaps2x: relativeError(maps.heatmaps2x!.values, output(3)),
    offsets: relativeError(maps.offsetMap.values, output(4)),
  };
}
