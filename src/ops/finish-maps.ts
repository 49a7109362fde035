import type { NetworkMaps } from './network-maps.ts';
import type { Planes } from './planes.ts';
import { heatStackOf, upsample } from './heat-upsample.ts';

/**
 * The maps that poses are decoded from. Of networks with finer heatmaps too (HrHRNet): heatmaps and center map at
 * twice their size, the heatmaps averaged with the finer ones; offsets stay as they are. Others' maps are finished.
 */
export function finishMaps(maps: NetworkMaps): NetworkMaps {
  const { heatmaps, centerMap, offsetMap, heatmaps2x } = maps;
  if (!heatmaps2x) return maps;
  const finer = upsampled(heatmaps, heatmaps2x.width, heatmaps2x.height);
  const values = finer.values.map((value, i) => 0.5 * (value + heatmaps2x.values[i]));
  return { heatmaps: { ...finer, values }, centerMap: upsampled(centerMap, heatmaps2x.width, heatmaps2x.height), offsetMap };
}

function upsampled(planes: Planes, width: number, height: number): Planes {
  const stack = heatStackOf(planes, width, height);
  const values = new Float32Array(planes.channels * width * height);
  for (let c = 0; c < planes.channels; c++) upsample(stack, c, values.subarray(c * width * height, (c + 1) * width * height));
  return { channels: planes.channels, width, height, values };
}
