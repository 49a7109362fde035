import type { AdaptiveConvLayer } from '../../../network/network.ts';
import { groupsOf } from '../../../network/network.ts';
import { LANES } from '../../layout.ts';
import type { OperationVariants } from '../variant.ts';
import { plainAdaptiveConv } from './plain.ts';

/** Output channels from which on the wide one's invocations have enough to do; below, half of their work would be padding. */
const WIDE_CHANNELS = 4 * LANES + 1;

/** Whether a layer is of one group and without translation: the plain variant alone runs the others. */
function isUngrouped({ input, translation }: AdaptiveConvLayer): boolean {
  return groupsOf(input) === 1 && translation === undefined;
}

export const ADAPTIVE_CONV: OperationVariants<AdaptiveConvLayer> = {
  plain: plainAdaptiveConv,
  special: [
    {
      id: 'wide',
      supports: ({ layer }, { software }) => software && isUngrouped(layer) && layer.output.channels >= WIDE_CHANNELS,
      load: async () => (await import('./wide.ts')).wideAdaptiveConv,
    },
  ],
};
