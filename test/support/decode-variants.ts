import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ScaleMaps } from '../../src/decode/candidates-from-maps.ts';
import { finishMaps } from '../../src/ops/finish-maps.ts';
import { mergeFlipped } from '../../src/ops/flip-merge.ts';
import type { NetworkMaps } from '../../src/ops/network-maps.ts';
import type { Planes } from '../../src/ops/planes.ts';
import type { KeypointSet } from '../../src/pose.ts';
import { COCO } from '../../src/pose.ts';
import { mapsFromNpz } from './decode-maps.ts';
import { floatsOf, readNpz } from './npz.ts';

export type Placed = [x: number, y: number, score: number][];
export interface Poses {
  readonly keypoints: Placed[];
  readonly scores: number[];
}
export interface Case {
  readonly maps: string;
  readonly mode: 'single' | 'flip' | 'multi';
  readonly input: [width: number, height: number];
  readonly scales: number[];
  readonly regression?: Poses;
  readonly dekr?: Poses;
  readonly combine?: 'average';
  readonly grouped?: Poses & { readonly regressed: [number, number][][] };
}
export interface Variant {
  readonly variant: 'coco_higher' | 'crowdpose';
  readonly mode: 'single' | 'flip' | 'multi';
  readonly input: [number, number];
  readonly scales: number[];
  readonly regressed: [number, number][][];
  readonly grouped: Placed[];
}

const folder = new URL('../fixtures/decode/', import.meta.url);
const arrays = new Map([...readNpz(new URL('maps.npz', folder)), ...readNpz(new URL('maps_variants.npz', folder))]);
const unpacked = <T>(name: string): T => JSON.parse(gunzipSync(readFileSync(new URL(name, folder))).toString()) as T;
export const cases = unpacked<Case[]>('decode_more.json.gz');
export const variants = unpacked<Variant[]>('poses_variants.json.gz');

/** What a network left of one scale's runs: of the image and, with the flip test, mirrored, and once more for finer heatmaps. */
export interface ScaleRuns {
  readonly scale: number;
  readonly runs: readonly NetworkMaps[];
}

export function runsOf(name: string, { mode, scales }: Pick<Case, 'mode' | 'scales'>): ScaleRuns[] {
  return scales.map((scale): ScaleRuns => ({
    scale,
    runs: (mode === 'single' ? ['image'] : ['image', 'mirrored']).map((run) =>
      mapsFromNpz(arrays, `${name}_scale${scale}_${run}`),
    ),
  }));
}

/** HrHRNet's maps: three branches' heatmaps, their finer ones, offsets. */
export function higherRunsOf(
  { mode, scales }: Pick<Case, 'mode' | 'scales'>,
  combine: (branches: readonly Planes[]) => Planes,
): ScaleRuns[] {
  const planes = (key: string): Planes => {
    const {
      shape: [channels, height, width],
      data,
    } = floatsOf(arrays, key);
    return { channels, width, height, values: data };
  };
  const mapsOf = (name: string, run: string, finer: string): NetworkMaps => {
    const combined = combine([0, 1, 2].map((branch) => planes(`${name}_${run}_branch${branch}`)));
    const cells = combined.width * combined.height;
    return {
      heatmaps: { ...combined, channels: 17, values: combined.values.slice(0, 17 * cells) },
      centerMap: { ...combined, channels: 1, values: combined.values.slice(17 * cells) },
      offsetMap: planes(`${name}_${run}_offsets`),
      heatmaps2x: planes(`${name}_${finer}_heatmaps2x`),
    };
  };
  return scales.map((scale): ScaleRuns => {
    const name = `coco_higher_scale${scale}`;
    const plain = mapsOf(name, 'image', 'image');
    if (mode === 'single') return { scale, runs: [plain] };
    const mirrored = mapsOf(name, 'mirrored', 'mirrored2x');
    return { scale, runs: [plain, mirrored, mirrored] };
  });
}

/** What the references make of the runs of each scale. */
export function joinedOf(scales: readonly ScaleRuns[], { mirror }: KeypointSet = COCO): ScaleMaps[] {
  return scales.map(({ scale, runs: [plain, mirrored] }): ScaleMaps => ({
    scale,
    maps: mirrored ? mergeFlipped(finishMaps(plain), finishMaps(mirrored), mirror) : finishMaps(plain),
  }));
}
