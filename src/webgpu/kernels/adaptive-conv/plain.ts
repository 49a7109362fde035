import source from '../../../../shaders/adaptive-conv/plain.wgsl?raw';
import tap from '../../../../shaders/common/adaptive-tap.wgsl?raw';
import finish from '../../../../shaders/common/finish.wgsl?raw';
import type { AdaptiveConvLayer } from '../../../network/network.ts';
import type { Kernel } from '../../kernel.ts';
import { THREADS } from '../../kernel.ts';
import { packMatrices } from '../pack-matrices.ts';
import type { WeightedVariant } from '../variant.ts';
import { adaptiveConvCall } from './call.ts';

/** Output blocks per invocation: they share the sampling. */
const OUT_BLOCKS = 4;

const kernel: Kernel = {
  name: 'adaptive-conv/plain',
  source: [tap, finish, source],
  constants: { THREADS, OUT_BLOCKS },
  bindings: ['uniform', 'read', 'read', 'read', 'read', 'read', 'write'],
};

export const plainAdaptiveConv: WeightedVariant<AdaptiveConvLayer> = {
  id: 'plain',
  pack: (step, weights) => packMatrices(step, weights, { outBlocks: OUT_BLOCKS, outer: 'taps' }),
  calls: (layer, mapOf, weights) => [adaptiveConvCall(kernel, layer, mapOf, weights, { positions: 1, outBlocks: OUT_BLOCKS })],
};
