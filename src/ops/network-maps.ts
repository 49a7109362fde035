/** The network's outputs, each in C order, at a quarter of the input's size. */
export interface NetworkMaps {
  readonly keypoints: number;
  readonly width: number;
  readonly height: number;
  /** [K, h, w]. */
  readonly heatmaps: Float32Array;
  /** [h, w]. */
  readonly centerMap: Float32Array;
  /** [2K, h, w]: x0, y0, x1, y1, ... in map cells; a keypoint lies at cell - offset. */
  readonly offsetMap: Float32Array;
}
