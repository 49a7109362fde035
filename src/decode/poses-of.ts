import { MAX_CANDIDATES } from '../ops/candidate-rules.ts';
import type { InputGeometry } from '../geometry.ts';
import type { DecodingRules } from '../network/decoding-rules.ts';
import { PAPER_RULES } from '../network/decoding-rules.ts';
import type { Box, Keypoint, KeypointSet, Pose } from '../pose.ts';
import type { PoseCandidates } from './candidates.ts';
import type { InputKeypoint } from './group-keypoints.ts';
import type { ScoringNet } from './scoring-net.ts';
import { suppressDuplicates } from './suppress-duplicates.ts';

export interface DecodeOptions {
  /** At most this many, the best: 1 to 30, 30 if left out. */
  readonly maxPoses?: number;
  /** Poses that score less are left out; 0 if left out. */
  readonly scoreThreshold?: number;
  /** Fit each keypoint to a fraction of a pixel; true if left out. */
  readonly refine?: boolean;
  /** Multiplies every pose's score by the similarity it predicts. */
  readonly scoringNet?: ScoringNet;
  /** false: keypoints stay where they were regressed, as `decodeRegression` has them. */
  readonly grouping?: boolean;
  /** The network's; the paper's if left out. */
  readonly rules?: DecodingRules;
  /** Told which candidate each pose comes of. */
  readonly onPose?: (pose: Pose, person: number) => void;
}

/**
 * A pose for everyone who is nobody's duplicate, best first.
 *
 * @param ranks by which the best of a person's poses is kept, and the best people.
 */
export function posesOf(
  candidates: PoseCandidates,
  geometry: InputGeometry,
  keypointSet: KeypointSet,
  options: DecodeOptions,
  place: (person: number) => readonly InputKeypoint[],
  ranks = candidates.centerScores,
): Pose[] {
  const { maxPoses = MAX_CANDIDATES, scoreThreshold = 0, scoringNet, rules = PAPER_RULES, onPose } = options;
  const { keypoints, regressed } = candidates;
  const poses: Pose[] = [];
  for (const person of suppressDuplicates(ranks, regressed, keypoints, rules)) {
    const pose = poseInFrame(place(person), geometry, keypointSet);
    if (pose === undefined) continue;
    const score = scoringNet ? pose.score * scoringNet(pose.keypoints) : pose.score;
    if (score < scoreThreshold) continue;
    poses.push({ ...pose, score });
    onPose?.(poses.at(-1)!, person);
  }
  return poses.sort((a, b) => b.score - a.score).slice(0, maxPoses);
}

/** A person in the frame's pixels, its score the mean of its keypoints'; undefined if any number is not finite. */
function poseInFrame(placed: readonly InputKeypoint[], geometry: InputGeometry, keypointSet: KeypointSet): Pose | undefined {
  const keypoints = placed.map(({ x, y, score }, k): Keypoint => ({
    x: (x - geometry.shiftX) / geometry.scale,
    y: (y - geometry.shiftY) / geometry.scale,
    score,
    name: keypointSet.names[k],
  }));
  if (!keypoints.every(({ x, y, score }) => Number.isFinite(x + y + score))) return undefined;
  const score = keypoints.reduce((sum, keypoint) => sum + keypoint.score, 0) / keypoints.length;
  return { keypoints, score, box: boxOf(keypoints) };
}

function boxOf(keypoints: readonly Keypoint[]): Box {
  const xs = keypoints.map(({ x }) => x);
  const ys = keypoints.map(({ y }) => y);
  const [xMin, xMax, yMin, yMax] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { xMin, yMin, xMax, yMax, width: xMax - xMin, height: yMax - yMin };
}
