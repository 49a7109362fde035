import type { MapTensor, NetworkOutputs } from './network.ts';
import { NetworkBuilder } from './builder.ts';
import { basicBlock } from './hrnet.ts';

const BLOCKS = 2;

/** What the heads are made for. */
export interface DekrOptions {
  readonly keypoints: number;
  /** Channels inside the heatmap head, and of each keypoint's own branch of the offset head. */
  readonly widths: { readonly heatmap: number; readonly offset: number };
}

/**
 * The heads of the paper's successor ("DEKR"): heatmaps with the center map behind them, and offsets, each keypoint's
 * from a branch of its own that two adaptive convolutions, with a translation too, focus on it. All branches are groups
 * of one map, so that each step is one layer. Source: reference section 1; Geng et al., CVPR 2021.
 */
export function dekrHeads(
  net: NetworkBuilder,
  branches: readonly MapTensor[],
  { keypoints, widths }: DekrOptions,
): NetworkOutputs {
  const features = net.concat('features', branches);

  let heat = net.conv('transition_heatmap.0', features, widths.heatmap, { side: 1, norm: 'transition_heatmap.1', relu: true });
  heat = basicBlock(net, 'head_heatmap.0.0', heat);
  const heatmaps = net.conv('head_heatmap.1', heat, keypoints + 1, { side: 1, relu: false });

  const stem = net.conv('transition_offset.0', features, keypoints * widths.offset, {
    side: 1,
    norm: 'transition_offset.1',
    relu: true,
  });
  let x = net.split('keypoint branches', stem, keypoints);
  for (let i = 0; i < BLOCKS; i++) x = adaptBlock(net, `offset_feature_layers.*.${i}`, x, keypoints);
  const offsets = net.groupConv('offset_final_layer.*', x, 2 * keypoints, 1);
  return {
    heatmaps: { map: heatmaps, first: 0, channels: keypoints },
    centerMap: { map: heatmaps, first: keypoints, channels: 1 },
    offsetMap: { map: offsets, first: 0, channels: 2 * keypoints },
  };
}

/** ReLU(x + BN(adaptive convolution of x)) of every branch. */
function adaptBlock(net: NetworkBuilder, name: string, x: MapTensor, keypoints: number): MapTensor {
  const transform = net.groupConv(`${name}.transform_matrix_conv`, x, 4 * keypoints, 3);
  const translation = net.groupConv(`${name}.translation_conv`, x, 2 * keypoints, 3);
  return net.adaptiveConv(`${name}.adapt_conv`, `${name}.bn`, x, { transform, translation, dilation: 1, shortcut: x });
}
