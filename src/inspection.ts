import type { InputGeometry } from './geometry.ts';
import type { NetworkMaps } from './ops/network-maps.ts';
import type { AdaptiveSampling } from './ops/sampling.ts';
import type { Pose } from './pose.ts';

/** A place in an image, in its pixels: (0, 0) is the centre of the first one. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One person that a network found, and what led to it. */
export interface InspectedPerson {
  readonly pose: Pose;
  /** The cell of the center map that it was found at; in pixels of the image. */
  readonly center: Point & { readonly score: number };
  /** Where the offsets at the center point: every keypoint before it is moved onto a peak of its heatmap. */
  readonly regressed: readonly Point[];
}

/** What went on in a network while it looked at an image. Nothing here is computed for show: all of it was read from the run. */
export interface Inspection {
  /** How the image lay in the network's input. Cell (row, column) of a map is input pixel stride · (column, row). */
  readonly geometry: InputGeometry;
  /** Heatmaps, center map and offset map. */
  readonly maps: NetworkMaps;
  /** Best first, as `estimatePoses` gives them. */
  readonly people: readonly InspectedPerson[];
  /** Every adaptive convolution, in the order in which they ran. */
  readonly sampling: readonly AdaptiveSampling[];
}
