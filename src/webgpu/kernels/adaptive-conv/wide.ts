import source from '../../../../shaders/adaptive-conv/wide.wgsl?raw';
import tap from '../../../../shaders/common/adaptive-tap.wgsl?raw';
import finish from '../../../../shaders/common/finish.wgsl?raw';
import type { AdaptiveConvLayer } from '../../../network/network.ts';
import type { Kernel } from '../../kernel.ts';
import { THREADS } from '../../kernel.ts';
import { LANES } from '../../layout.ts';
import { packMatrices } from '../pack-matrices.ts';
import type { SpecialVariant } from '../variant.ts';
import { adaptiveConvCall, isUngrouped } from './call.ts';

/** Per invocation: a sample serves eight matrices, a matrix two positions. */
const OUT_BLOCKS = 8;
const POSITIONS = 2;

const kernel: Kernel = {
  name: 'adaptive-conv/wide',
  source: [tap, finish, source],
  constants: { THREADS, OUT_BLOCKS, POSITIONS },
  bindings: ['uniform', 'read', 'read', 'read', 'read', 'read', 'write'],
};

/** Output channels from which on the invocations have enough to do; below, half of their work would be padding. */
const MIN_CHANNELS = 4 * LANES + 1;

/** Fewer and longer invocations: for drivers that compute on the CPU, where loads cost as much as multiply-adds. */
export const wideAdaptiveConv: SpecialVariant<AdaptiveConvLayer> = {
  id: 'wide',
  supports: ({ layer }, { software }) => software && isUngrouped(layer) && layer.output.channels >= MIN_CHANNELS,
  pack: (step, weights) => packMatrices(step, weights, { outBlocks: OUT_BLOCKS, outer: 'taps' }),
  calls: (layer, mapOf, weights) => [
    adaptiveConvCall(kernel, layer, mapOf, weights, { positions: POSITIONS, outBlocks: OUT_BLOCKS }),
  ],
};
