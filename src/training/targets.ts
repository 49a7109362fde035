import { ManyposeError } from '../errors.ts';
import type { KeypointSet } from '../pose.ts';
import type { MapSize } from './gaussians.ts';
import { paperTargets } from './paper-targets.ts';
import type { PersonOnMap } from './people.ts';
import { releasedTargets } from './released-targets.ts';
import type { MapTargets, TargetSettings, TrainingRules } from './target-settings.ts';
import { targetSettings } from './target-settings.ts';

const MAKERS: Record<TrainingRules, typeof releasedTargets> = { released: releasedTargets, paper: paperTargets };

/**
 * The targets of one map (paper section 3, reference section 4).
 *
 * @param people on that map; of places contested between equally good people the later one has it.
 * @param region [height, width]: 1 where loss counts, else 0.
 * @param settings other than the rules' own.
 * @throws ManyposeError `invalid-argument` for rules that are none, a region of the wrong size, or people
 *   whose joints are not the set's.
 */
export function makeTargets(
  people: readonly PersonOnMap[],
  region: Uint8Array,
  size: MapSize,
  set: KeypointSet,
  rules: TrainingRules = 'released',
  settings: Partial<TargetSettings> = {},
): MapTargets {
  if (!Object.hasOwn(MAKERS, rules))
    throw new ManyposeError('invalid-argument', `rules must be 'released' or 'paper', got '${String(rules)}'`);
  if (region.length !== size.width * size.height) {
    throw new ManyposeError('invalid-argument', `expected a region of ${size.width * size.height} cells, got ${region.length}`);
  }
  const keypoints = set.names.length;
  const odd = people.find(({ joints }) => joints.length !== keypoints);
  if (odd) throw new ManyposeError('invalid-argument', `expected ${keypoints} joints for ${set.id}, got ${odd.joints.length}`);
  return MAKERS[rules](people, region, size, keypoints, { ...targetSettings(rules, set.id), ...settings });
}
