import type { MapTensor, NetworkOutputs } from './network.ts';
import { NetworkBuilder } from './builder.ts';

const HEATMAP_DILATIONS = [1, 2, 3];

/** What the heads are made for. */
export interface HeadOptions {
  readonly keypoints: number;
  /** Channels inside the heads. */
  readonly widths: { readonly heatmap: number; readonly regression: number };
  /** Whether the heatmaps are part of what the regression sees. */
  readonly guidance: boolean;
  /** What the three blocks' predictions become in the end; their mean guides the regression, whatever this says. */
  readonly branches: 'mean' | 'maximum';
}

/** What the heads give, and what a finer heatmap head goes on from. */
export interface Heads {
  readonly outputs: NetworkOutputs;
  /** Features that the heatmap blocks see. */
  readonly stem: MapTensor;
  /** Mean of the heatmap blocks' predictions. */
  readonly mean: MapTensor;
}

/**
 * The heatmap head (three parallel adaptive blocks whose predictions are averaged) and, guided by
 * its heatmaps, the head that regresses each person's keypoints from the person's center.
 * Source: paper sections 3.1 to 3.3; channel layouts as in the released checkpoints.
 */
export function adaptiveHeads(
  net: NetworkBuilder,
  branches: readonly MapTensor[],
  { keypoints, widths, guidance, branches: combination }: HeadOptions,
): Heads {
  const features = net.concat('features', branches);

  const stem = net.conv('transition_cls.0', features, widths.heatmap, { side: 1, norm: 'transition_cls.1', relu: true });
  const predictions = HEATMAP_DILATIONS.map((dilation, i) => {
    const block = artBlock(net, `${HEATMAP_BLOCKS}.${i}.0`, stem, dilation);
    return net.conv(HEATMAP_PREDICTION, block, keypoints, { side: 1, relu: false });
  });
  const mean = net.mean('heatmaps', predictions);
  const heatmaps = combination === 'mean' ? mean : net.maximum('highest heatmaps', predictions);

  const guided = guidance ? net.concat('guided_features', [features, mean]) : features;
  const regressionStem = net.conv(REGRESSION_STEM, guided, widths.regression, { side: 1, norm: 'transition_reg.1', relu: true });
  const block = artBlock(net, 'multi_level_layers_4x_regression.0.0', regressionStem, 1);
  const regression = net.conv('final_layers.1', block, 2 * keypoints + 1, { side: 1, relu: false });
  return {
    outputs: {
      heatmaps: { map: heatmaps, first: 0, channels: keypoints },
      offsetMap: { map: regression, first: 0, channels: 2 * keypoints },
      centerMap: { map: regression, first: 2 * keypoints, channels: 1 },
    },
    stem,
    mean,
  };
}

/** Module paths that others need to know: the parallel blocks, their common last convolution, the one that sees the heatmaps. */
export const HEATMAP_BLOCKS = 'multi_level_layers_4x_heatmap';
export const HEATMAP_PREDICTION = 'final_layers.0';
export const REGRESSION_STEM = 'transition_reg.0';

/**
 * Residual block of two adaptive convolutions ("adaptive representation transformation"). Both
 * transforms are predicted from the block's input, not the second from the first one's output.
 */
function artBlock(net: NetworkBuilder, name: string, x: MapTensor, dilation: number): MapTensor {
  const transform = (unit: 1 | 2) => net.conv(`${name}.transform_matrix_conv${unit}`, x, 4, { side: 3, relu: false });
  const y = net.adaptiveConv(`${name}.stn_conv1`, `${name}.bn1`, x, { transform: transform(1), dilation });
  return net.adaptiveConv(`${name}.stn_conv2`, `${name}.bn2`, y, { transform: transform(2), dilation, shortcut: x });
}
