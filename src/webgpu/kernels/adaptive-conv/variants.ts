import type { AdaptiveConvLayer } from '../../../network/network.ts';
import { groupsOf } from '../../../network/network.ts';
import { LANES } from '../../layout.ts';
import type { OperationVariants } from '../variant.ts';
import { plainAdaptiveConv } from './plain.ts';

/** Output channels from which on the wide one's invocations have enough to do; below, half of their work would be padding. */
const WIDE_CHANNELS = 4 * LANES + 1;

export const ADAPTIVE_CONV: OperationVariants<AdaptiveConvLayer> = {
  plain: plainAdaptiveConv,
  special: [
    {
      id: 'wide',
      runs: ({ layer: { input, translation } }) => groupsOf(input) === 1 && translation === undefined,
      isBetter: ({ layer }, { software }) => software && layer.output.channels >= WIDE_CHANNELS,
      load: async () => (await import('./wide.ts')).wideAdaptiveConv,
    },
  ],
};
