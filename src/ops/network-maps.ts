import type { Planes } from './planes.ts';

/** A network's outputs of one input; each may have a size of its own. */
export interface NetworkMaps {
  /** [K, h, w]. */
  readonly heatmaps: Planes;
  /** [1, h, w]. */
  readonly centerMap: Planes;
  /** [2K, h, w]: x0, y0, x1, y1, ... in map cells; a keypoint lies at cell - offset. */
  readonly offsetMap: Planes;
  /** [K, 2h, 2w], of networks that have it: to be averaged with the others (`finishMaps`). */
  readonly heatmaps2x?: Planes;
}
