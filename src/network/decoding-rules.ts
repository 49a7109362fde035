/** So many input pixels, or this part of the diagonal of a regressed pose's own extent. */
export type Distance = { readonly pixels: number } | { readonly ofDiagonal: number };

/** How a network's maps become poses, where networks differ (reference sections 3.4 to 3.13). */
export interface DecodingRules {
  /** 1: a keypoint lies at center - offset; -1: at center + offset. */
  readonly offsetSign: 1 | -1;
  /** How people found at other scales than 1 rank: their best scores `factor` times scale 1's best. */
  readonly otherScales: {
    readonly factor: number;
    /** Whether a center must exceed the threshold after that (which is scaled by `factor` too), or as its map has it. */
    readonly threshold: 'scaled' | 'own';
  };
  readonly duplicates: {
    /** Two poses show one person if more keypoints than this lie near each other, ... */
    readonly shared: number;
    /** ... of the walked pose. */
    readonly within: Distance;
  };
  /** How far a regressed keypoint takes a heatmap peak from, in input pixels. */
  readonly reach: number;
  /**
   * Which one it takes: the nearest, if left out, or that of the most heat · exp(-d² / 2s²), where d is its distance and s
   * this part of the diagonal of the pose's own extent.
   */
  readonly spread?: number;
  /** Which of a person's poses is kept, and which people if there are too many: those of the best center, or of the most heat under their keypoints. */
  readonly rankBy: 'center' | 'heat';
  /** Whether keypoints move onto heatmap peaks and are refined there, or stay where they were regressed. */
  readonly placing: 'peaks' | 'regressed';
}

/** The paper's. */
export const PAPER_RULES: DecodingRules = {
  offsetSign: 1,
  otherScales: { factor: 0.001, threshold: 'scaled' },
  duplicates: { shared: 10, within: { pixels: 10 } },
  reach: 75,
  rankBy: 'center',
  placing: 'peaks',
};
