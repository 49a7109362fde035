import type { NetworkMaps } from '../ops/network-maps.ts';
import type { Planes } from '../ops/planes.ts';
import type { NetworkOutputs, Output } from './network.ts';

/** A network's outputs, each read from the map that holds it. */
export function networkMaps(outputs: NetworkOutputs, read: (output: Output) => Planes): NetworkMaps {
  const { heatmaps, centerMap, offsetMap, heatmaps2x } = outputs;
  return {
    heatmaps: read(heatmaps),
    centerMap: read(centerMap),
    offsetMap: read(offsetMap),
    ...(heatmaps2x && { heatmaps2x: read(heatmaps2x) }),
  };
}

/** Some channels of a map [channels, height, width]. */
export function slicePlanes({ width, height, values }: Planes, { first, channels }: Pick<Output, 'first' | 'channels'>): Planes {
  const cells = width * height;
  return { channels, width, height, values: values.slice(first * cells, (first + channels) * cells) };
}
