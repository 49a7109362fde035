import source from '../../../../shaders/adaptive-conv/plain.wgsl?raw';
import type { AdaptiveConvLayer } from '../../../network/network.ts';
import { packMatrices } from '../pack-matrices.ts';
import type { WeightedVariant } from '../variant.ts';
import { adaptiveConvCall, adaptiveConvKernel } from './call.ts';

/** Output blocks per invocation: they share the sampling. Sixteen channels: a group of the successor's 15 fits. */
const OUT_BLOCKS = 4;

const kernel = adaptiveConvKernel('plain', source, { OUT_BLOCKS });

export const plainAdaptiveConv: WeightedVariant<AdaptiveConvLayer> = {
  id: 'plain',
  pack: (step, weights) => packMatrices(step, weights, { outBlocks: OUT_BLOCKS, outer: 'taps' }),
  calls: (layer, mapOf, weights) => [adaptiveConvCall(kernel, layer, mapOf, weights, { positions: 1, outBlocks: OUT_BLOCKS })],
};
