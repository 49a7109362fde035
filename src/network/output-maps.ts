import type { Planes } from '../ops/planes.ts';
import type { NetworkOutputs, Output } from './network.ts';

/** Something for each of a network's outputs. */
export type PerOutput<T> = { readonly [Name in keyof NetworkOutputs]: T };

/** Makes something else of each, as of where outputs lie the maps that lie there. */
export function mapOutputs<From, To>(outputs: PerOutput<From>, make: (from: From) => To): PerOutput<To> {
  const { heatmaps, centerMap, offsetMap, heatmaps2x } = outputs;
  return {
    heatmaps: make(heatmaps),
    centerMap: make(centerMap),
    offsetMap: make(offsetMap),
    ...(heatmaps2x && { heatmaps2x: make(heatmaps2x) }),
  };
}

/** Some channels of a map [channels, height, width]. */
export function slicePlanes({ width, height, values }: Planes, { first, channels }: Pick<Output, 'first' | 'channels'>): Planes {
  const cells = width * height;
  return { channels, width, height, values: values.slice(first * cells, (first + channels) * cells) };
}
