import type { DecodingRules } from '../network/decoding-rules.ts';
import { CENTER_THRESHOLD } from '../ops/candidate-rules.ts';

/** Which centers of a scale count, and how they rank among those of all scales. */
export interface CenterRanking {
  /** What a center must exceed on its own scale's map. */
  readonly threshold: number;
  /** Its score is its value times this. */
  readonly factor: number;
}

/**
 * The ranking of a scale's centers (reference sections 3.4, 3.12 and 3.13).
 *
 * @param best of the scale, `bestAtScale1` of scale 1: the highest values of their center maps, or of the centers found in
 *   them, as the rules' threshold is 'scaled' or 'own'.
 */
export function rankingOf(
  { otherScales }: Pick<DecodingRules, 'otherScales'>,
  scale: number,
  best: number,
  bestAtScale1: number,
): CenterRanking {
  if (scale === 1) return { threshold: CENTER_THRESHOLD, factor: 1 };
  if (otherScales.threshold === 'own') {
    return { threshold: CENTER_THRESHOLD, factor: ((bestAtScale1 || 1) / best) * otherScales.factor };
  }
  // Measured by a negative best, what lies deepest would come out as people.
  if (!(best > 0 && bestAtScale1 > 0)) return { threshold: Infinity, factor: 0 };
  return { threshold: (CENTER_THRESHOLD * best) / bestAtScale1, factor: (bestAtScale1 / best) * otherScales.factor };
}
