import type { DetectorInfo, DetectorOptions, EstimationConfig } from 'manypose';

/** One of the lab's pictures: the network and its decoding with a part of them switched off, or with none. */
export interface Switch {
  readonly id: string;
  readonly title: string;
  /** What goes without the part. */
  readonly words: string;
  /** A network of its own that it takes; else the page's does. */
  readonly network?: Pick<DetectorOptions, 'guidance' | 'adaptive'>;
  readonly decoding?: Pick<EstimationConfig, 'grouping' | 'scoring'>;
  /** Why there is nothing to switch off in a model, if so. */
  readonly idle?: (info: DetectorInfo) => string | undefined;
}

/** The first is what the others are compared with. */
export const SWITCHES: readonly Switch[] = [
  { id: 'whole', title: 'Everything on', words: 'The network and its decoding as they are.' },
  {
    id: 'guidance',
    title: 'Without heatmap guidance',
    words: 'Positions are predicted without a look at the heatmaps.',
    network: { guidance: false },
    idle({ model }) {
      if (model.architecture === 'dekr') return 'a network of this kind (DEKR) has no guidance by heatmaps';
      return model.heatmapGuidance === false ? 'this network was trained without guidance by heatmaps' : undefined;
    },
  },
  {
    id: 'adaptive',
    title: 'Without adaptive convolutions',
    words: 'Ordinary convolutions in their place: what they sample neither turns nor grows with a person.',
    network: { adaptive: false },
  },
  {
    id: 'grouping',
    title: 'Without grouping',
    words: 'Keypoints stay where they were predicted from a person’s center, and do not move onto the peaks of heatmaps.',
    decoding: { grouping: false },
    idle: ({ model }) =>
      model.architecture === 'dekr' ? 'poses of such a network (DEKR) are not grouped with heatmaps' : undefined,
  },
  {
    id: 'scoring',
    title: 'Without the scoring net',
    words: 'Poses score what the heatmaps say at their keypoints.',
    decoding: { scoring: false },
    idle: ({ scoring }) => (scoring ? undefined : 'this model has no scoring net'),
  },
];
