import source from '../../../../shaders/adaptive-conv/wide.wgsl?raw';
import type { AdaptiveConvLayer } from '../../../network/network.ts';
import { packMatrices } from '../pack-matrices.ts';
import type { WeightedVariant } from '../variant.ts';
import { adaptiveConvCall, adaptiveConvKernel } from './call.ts';

/** Per invocation: a sample serves eight matrices, a matrix two positions. */
const OUT_BLOCKS = 8;
const POSITIONS = 2;

const kernel = adaptiveConvKernel('wide', source, { OUT_BLOCKS, POSITIONS });

/** Fewer and longer invocations: for drivers that compute on the CPU, where loads cost as much as multiply-adds. */
export const wideAdaptiveConv: WeightedVariant<AdaptiveConvLayer> = {
  id: 'wide',
  pack: (step, weights) => packMatrices(step, weights, { outBlocks: OUT_BLOCKS, outer: 'taps' }),
  calls: (layer, mapOf, weights) => [
    adaptiveConvCall(kernel, layer, mapOf, weights, { positions: POSITIONS, outBlocks: OUT_BLOCKS }),
  ],
};
