import source from '../../../../shaders/adaptive-conv/wide.wgsl?raw';
import type { AdaptiveConvLayer } from '../../../network/network.ts';
import { groupsOf } from '../../../network/network.ts';
import { LANES } from '../../layout.ts';
import { packMatrices } from '../pack-matrices.ts';
import type { SpecialVariant } from '../variant.ts';
import { adaptiveConvCall, adaptiveConvKernel } from './call.ts';

/** Per invocation: a sample serves eight matrices, a matrix two positions. */
const OUT_BLOCKS = 8;
const POSITIONS = 2;

const kernel = adaptiveConvKernel('wide', source, { OUT_BLOCKS, POSITIONS });

/** Output channels from which on the invocations have enough to do; below, half of their work would be padding. */
const MIN_CHANNELS = 4 * LANES + 1;

/** Whether a layer is of one group and without translation: the plain variant alone runs the others. */
function isUngrouped({ input, translation }: AdaptiveConvLayer): boolean {
  return groupsOf(input) === 1 && translation === undefined;
}

/** Fewer and longer invocations: for drivers that compute on the CPU, where loads cost as much as multiply-adds. */
export const wideAdaptiveConv: SpecialVariant<AdaptiveConvLayer> = {
  id: 'wide',
  supports: ({ layer }, { software }) => software && isUngrouped(layer) && layer.output.channels >= MIN_CHANNELS,
  pack: (step, weights) => packMatrices(step, weights, { outBlocks: OUT_BLOCKS, outer: 'taps' }),
  calls: (layer, mapOf, weights) => [
    adaptiveConvCall(kernel, layer, mapOf, weights, { positions: POSITIONS, outBlocks: OUT_BLOCKS }),
  ],
};
