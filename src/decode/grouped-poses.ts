import type { InputGeometry } from '../geometry.ts';
import { PAPER_RULES } from '../network/decoding-rules.ts';
import type { KeypointSet, Pose } from '../pose.ts';
import type { PoseCandidates } from './candidates.ts';
import type { InputKeypoint } from './group-keypoints.ts';
import { groupKeypoints } from './group-keypoints.ts';
import type { DecodeOptions } from './poses-of.ts';
import { posesOf } from './poses-of.ts';
import { refineKeypoint } from './refine-keypoints.ts';

/** Whether poses are keypoints on heatmap peaks around the best centers, as the paper's are: then `groupedPoses` is all it takes. */
export function areGrouped({ grouping = true, rules }: DecodeOptions): boolean {
  return grouping && (rules === undefined || (rules.placing === 'peaks' && rules.rankBy === 'center'));
}

/**
 * Poses by the paper's rules: see `decodePoses`, which knows the others too.
 *
 * @param ranks see `posesOf`.
 */
export function groupedPoses(
  candidates: PoseCandidates,
  geometry: InputGeometry,
  keypointSet: KeypointSet,
  options: DecodeOptions = {},
  ranks?: Float32Array,
): Pose[] {
  const { refine = true, rules = PAPER_RULES } = options;
  const { centerScores, inputWidth, inputHeight } = candidates;
  const place = (person: number): InputKeypoint[] => {
    const grouped = groupKeypoints(candidates, person, rules);
    return refine ? grouped.map((keypoint) => refineKeypoint(keypoint, centerScores[person], inputWidth, inputHeight)) : grouped;
  };
  return posesOf(candidates, geometry, keypointSet, options, place, ranks);
}
