import type { NetworkMaps } from '../ops/network-maps.ts';
import type { Planes } from '../ops/planes.ts';
import type { AdaptiveSampling } from '../ops/sampling.ts';
import type { Inspectable } from './inspectable.ts';
import { adaptiveLayers } from './inspectable.ts';
import type { MapTensor } from './network.ts';
import { groupsOf } from './network.ts';
import { mapOutputs, slicePlanes } from './output-maps.ts';

/** A network's outputs, and how each of its adaptive convolutions moved its taps, in the order in which they ran. */
export interface InspectedMaps extends NetworkMaps {
  readonly sampling: readonly AdaptiveSampling[];
}

/**
 * What a run's maps say.
 *
 * @param planesOf gives each of the network's `inspectedMaps`.
 */
export function inspectMaps(network: Inspectable, planesOf: (map: MapTensor) => Planes): InspectedMaps {
  return {
    ...mapOutputs(network.outputs, (output) => slicePlanes(planesOf(output.map), output)),
    sampling: adaptiveLayers(network).map(({ name, dilation, input, transform, translation }) => ({
      name,
      dilation,
      stride: input.stride,
      groups: groupsOf(input),
      transform: planesOf(transform),
      ...(translation && { translation: planesOf(translation) }),
    })),
  };
}
