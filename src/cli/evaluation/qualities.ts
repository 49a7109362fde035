import { ManyposeError } from '../../errors.ts';

/** The three qualities of the paper's Table 4, as they are asked for. */
export type AskedQuality = 'regression' | 'heatmap' | 'final';

/** What detections are found for: heatmap quality has two answers to what becomes of a keypoint without a candidate. */
export type QualityName = 'regression' | 'heatmap' | 'heatmap-strict' | 'final';

/** In the paper's order, with what each consists of. */
const PARTS: Readonly<Record<AskedQuality, readonly QualityName[]>> = {
  regression: ['regression'],
  heatmap: ['heatmap', 'heatmap-strict'],
  final: ['final'],
};

/** For people to read. */
export const QUALITY_TITLES: Readonly<Record<QualityName, string>> = {
  regression: 'Regressed poses',
  heatmap: 'Heatmaps, at annotated people',
  'heatmap-strict': 'Heatmaps, strict',
  final: 'Final poses',
};

export const QUALITY_CHOICES = Object.keys(PARTS).join(',');

/**
 * @param list names with commas between, in any order.
 * @throws ManyposeError `invalid-argument` for another name, or none.
 */
export function qualitiesNamed(list: string): QualityName[] {
  const asked = list.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined)
    throw new ManyposeError('invalid-argument', `--quality must be some of ${QUALITY_CHOICES}, got '${unknown}'`);
  return (Object.keys(PARTS) as AskedQuality[]).filter((name) => asked.includes(name)).flatMap((name) => PARTS[name]);
}
