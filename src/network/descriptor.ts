import type { KeypointSet } from '../pose.ts';

/** What a user may ask for, from poses soon to good ones. */
export const QUALITIES = ['fast', 'balanced', 'best'] as const;
export type Quality = (typeof QUALITIES)[number];

/** How a network runs for a quality. */
export interface Preset {
  /** Shorter side of the input in pixels; the model's own if left out. */
  readonly inputSize?: number;
  /** Sizes at which it runs, relative to that, one of them 1; 1 alone if left out. */
  readonly scales?: readonly number[];
  /** Whether the mirrored picture is averaged with. */
  readonly flip?: boolean;
}

interface AnyDescriptor {
  /** Short name: `coco_w32`. */
  readonly id: string;
  readonly keypointSet: KeypointSet['id'];
  /** Channels of HRNet's branch 0; branch i has width · 2^i. */
  readonly width: number;
  /** Length of the input's shorter side the model was made for, in pixels: a multiple of 64. */
  readonly inputSize: number;
  /** Whether a keypoint lies at center - offset, as in the released checkpoints, or at center + offset, as in the paper. 'minus' if left out. */
  readonly offsetSign?: 'minus' | 'plus';
  /** What fits these weights, for each quality that a user may ask for; see `presetOf`. */
  readonly presets?: Readonly<Partial<Record<Quality, Preset>>>;
  /** Where maps of these weights become better poses otherwise than by the architecture's rules (`DecodingRules`). */
  readonly decoding?: {
    readonly spread?: number;
    /** The factor. */
    readonly otherScales?: number;
  };
}

interface AdaptiveDescriptor extends AnyDescriptor {
  /** Channels inside the heatmap and the regression head. */
  readonly headWidths: { readonly heatmap: number; readonly regression: number };
  /** What the three heatmap blocks' predictions are combined to; their mean always guides the regression. 'mean' if left out. */
  readonly branches?: 'mean' | 'maximum';
  /** Whether the network was trained with heatmaps as part of what the regression sees; true if left out. */
  readonly heatmapGuidance?: boolean;
}

/** The paper's networks with heatmaps at stride 4. */
export interface AdaptiveHrnetDescriptor extends AdaptiveDescriptor {
  readonly architecture: 'adaptive-hrnet';
}

/** The paper's networks with heatmaps at stride 2 too (HrHRNet). */
export interface AdaptiveHigherHrnetDescriptor extends AdaptiveDescriptor {
  readonly architecture: 'adaptive-higher-hrnet';
}

/** Its authors' successor: offsets from a branch per keypoint, no grouping with heatmap peaks. */
export interface DekrDescriptor extends AnyDescriptor {
  readonly architecture: 'dekr';
  /** Channels inside the heatmap head, and of each keypoint's branch of the offset head. */
  readonly headWidths: { readonly heatmap: number; readonly offset: number };
}

/** What a model is: everything about it but its numbers. `architecture` decides how the layers are put together. */
export type ModelDescriptor = AdaptiveHrnetDescriptor | AdaptiveHigherHrnetDescriptor | DekrDescriptor;
export type Architecture = ModelDescriptor['architecture'];
/** The descriptor of one architecture. */
export type DescriptorOf<A extends Architecture> = Extract<ModelDescriptor, { architecture: A }>;
