import type { KeypointSet } from '../pose.ts';

/** What a model is: everything about it but its numbers. */
export interface ModelDescriptor {
  /** Short name: `coco_w32`. */
  readonly id: string;
  /** Family of networks; decides how the layers are put together. */
  readonly architecture: 'adaptive-hrnet';
  readonly keypointSet: KeypointSet['id'];
  /** Channels of HRNet's branch 0; branch i has width · 2^i. */
  readonly width: number;
  /** Channels inside the heatmap and the regression head. */
  readonly headWidths: { readonly heatmap: number; readonly regression: number };
  /** Length of the input's shorter side the model was made for, in pixels: a multiple of 64. */
  readonly inputSize: number;
}
