import type { Layer, MapTensor, Network, WeightedLayer } from './network.ts';
import { HEATMAP_BLOCKS, HEATMAP_PREDICTION } from './adaptive-heads.ts';
import { isWeighted, weightShapeOf } from './ops.ts';
import { weightedLayers } from './weights.ts';

type Layers = Pick<Network, 'layers'>;

/** Trainable parameters: convolution weights, biases, and BatchNorm's scale and shift. */
export function parameterCount(network: Layers): number {
  return weightedLayers(network).reduce((sum, layer) => {
    const weights = weightShapeOf(layer).reduce((product, size) => product * size, 1);
    return sum + weights + layer.output.channels * (layer.norm === undefined ? 1 : 2);
  }, 0);
}

/** Of every convolution the map each of whose cells meets every weight. */
const CELLS: { readonly [Op in WeightedLayer['op']]: (layer: WeightedLayer) => MapTensor } = {
  conv: ({ output }) => output,
  groupConv: ({ output }) => output,
  transposedConv: ({ input }) => input,
  adaptiveConv: ({ output }) => output,
};

/** Multiply-adds of one layer's convolution for an input of height × width pixels; 0 for layers without weights. */
function layerMultiplyAdds(layer: Layer, height: number, width: number): number {
  if (!isWeighted(layer)) return 0;
  const { stride } = CELLS[layer.op](layer);
  return weightShapeOf(layer).reduce((product, size) => product * size, (height / stride) * (width / stride));
}

/** Multiply-adds of all convolutions for an input of height × width pixels. */
export function multiplyAdds(network: Layers, height: number, width: number): number {
  return network.layers.reduce((sum, layer) => sum + layerMultiplyAdds(layer, height, width), 0);
}

/** A network's size as some paper counts it. */
export interface PaperCounts {
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/**
 * The same as the paper's Table 1 has them: of the three parallel heatmap blocks, whose convolution weights are one in
 * training, parameters are those of one and each block's BatchNorms and biases; multiply-adds are one block's without
 * the transforms' convolutions, and one prediction's. A transposed convolution is counted at every cell of its output.
 */
export function paperCounts(network: Layers, height: number, width: number): PaperCounts {
  const counted = { parameters: parameterCount(network), multiplyAdds: multiplyAdds(network, height, width) };
  let predictions = 0;
  for (const layer of network.layers) {
    const cost = layerMultiplyAdds(layer, height, width);
    const block = new RegExp(`^${HEATMAP_BLOCKS}\\.(\\d+)\\.(.*)`).exec(layer.name);
    if (block) {
      const again = block[1] !== '0';
      if (again && (layer.op === 'conv' || layer.op === 'adaptiveConv')) {
        counted.parameters -= weightShapeOf(layer).reduce((product, size) => product * size, 1);
      }
      if (again || layer.op === 'conv') counted.multiplyAdds -= cost;
    } else if (layer.name === HEATMAP_PREDICTION && predictions++ > 0) {
      counted.multiplyAdds -= cost;
    } else if (layer.op === 'transposedConv') {
      counted.multiplyAdds += 3 * cost; // four output cells for an input cell
    }
  }
  return counted;
}
