import type { KeypointSet } from '../pose.ts';
import type { DecodingRules } from './decoding-rules.ts';
import { PAPER_RULES } from './decoding-rules.ts';

/** DEKR's (reference section 3.13). */
export function dekrRules(keypointSet: KeypointSet['id']): DecodingRules {
  const crowd = keypointSet === 'crowdpose';
  return {
    offsetSign: 1,
    otherScales: { factor: crowd ? 0.8 : 0.9, threshold: 'own' },
    duplicates: { shared: crowd ? 7 : 8, within: { ofDiagonal: 0.05 } },
    reach: PAPER_RULES.reach,
    rankBy: 'heat',
    placing: 'regressed',
  };
}
