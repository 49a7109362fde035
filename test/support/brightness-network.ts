import type { Network } from '../../src/network/network.ts';
import type { Weights } from '../../src/network/weights.ts';
import { COCO } from '../../src/pose.ts';
import { twoConvolutions } from './two-convolutions.ts';

const K = COCO.names.length;

/** Two convolutions that make heatmaps, center map and offsets of brightness: for tests of what is around a network. */
export function brightnessNetwork(): { network: Network; weights: Weights } {
  return twoConvolutions({
    channels: [4, 3 * K + 1],
    outputs: (_, map) => ({
      heatmaps: { map, first: 0, channels: K },
      centerMap: { map, first: K, channels: 1 },
      offsetMap: { map, first: K + 1, channels: 2 * K },
    }),
    weight: () => 1,
  });
}
