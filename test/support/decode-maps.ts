import { readFileSync } from 'node:fs';
import type { NetworkMaps } from '../../src/ops/network-maps.ts';
import type { NpyArray } from './npz.ts';
import { floatsOf, readNpz } from './npz.ts';

/** The official network's maps of photos, at several scales, of the image and of the mirrored one. */
const folder = new URL('../fixtures/decode/', import.meta.url);
const official = readNpz(new URL('maps.npz', folder));

/** One of the official network's outputs. */
export function decodeMaps(image: number, scale: number, run: 'image' | 'mirrored'): NetworkMaps {
  return mapsNamed(`${image}_scale${scale}_${run}`);
}

/** All of them. */
export function decodeRuns(): { name: string; maps: NetworkMaps }[] {
  return [...official.keys()]
    .filter((name) => name.endsWith('_heatmaps'))
    .map((key) => {
      const name = key.slice(0, -'_heatmaps'.length);
      return { name, maps: mapsNamed(name) };
    });
}

/** The poses that the official code made of them, as the file has them. */
export function officialPoses<Pose>(): Pose[] {
  return JSON.parse(readFileSync(new URL('poses.json', folder), 'utf8')) as Pose[];
}

function mapsNamed(name: string): NetworkMaps {
  return mapsFromNpz(official, name);
}

/** Maps stored as `NAME_heatmaps` (the center map last) and `NAME_offsets`. */
export function mapsFromNpz(arrays: ReadonlyMap<string, NpyArray>, name: string): NetworkMaps {
  const heat = floatsOf(arrays, `${name}_heatmaps`);
  const [channels, height, width] = heat.shape;
  const split = (channels - 1) * width * height;
  return {
    heatmaps: { channels: channels - 1, width, height, values: heat.data.slice(0, split) },
    centerMap: { channels: 1, width, height, values: heat.data.slice(split) },
    offsetMap: { channels: 2 * (channels - 1), width, height, values: floatsOf(arrays, `${name}_offsets`).data },
  };
}
