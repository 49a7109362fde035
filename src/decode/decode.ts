import type { InputGeometry } from '../geometry.ts';
import type { Box, Keypoint, KeypointSet, Pose } from '../pose.ts';
import type { PoseCandidates } from './candidates.ts';
import { groupKeypoints } from './group-keypoints.ts';
import { refineKeypoint } from './refine-keypoints.ts';
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
}

/**
 * Candidates to poses in the frame's own pixels, best first (reference sections 3.5 to 3.10):
 * duplicates out, keypoints onto heatmap peaks, refined, scored. People whose numbers are not finite
 * are left out.
 */
export function decodePoses(
  candidates: PoseCandidates, geometry: InputGeometry, keypointSet: KeypointSet, options: DecodeOptions = {},
): Pose[] {
  const { maxPoses = 30, scoreThreshold = 0, refine = true, scoringNet } = options;
  const { keypoints, centerScores, inputWidth, inputHeight } = candidates;
  const poses: Pose[] = [];
  for (const person of suppressDuplicates(centerScores, candidates.regressed, keypoints)) {
    const grouped = groupKeypoints(candidates, person);
    const placed = refine
      ? grouped.map((keypoint) => refineKeypoint(keypoint, centerScores[person], inputWidth, inputHeight))
      : grouped;
    const inFrame = placed.map(({ x, y, score }, k): Keypoint => ({
      x: (x - geometry.shiftX) / geometry.scale,
      y: (y - geometry.shiftY) / geometry.scale,
      score,
      name: keypointSet.names[k],
    }));
    if (!inFrame.every(({ x, y, score }) => Number.isFinite(x + y + score))) continue;
    const mean = inFrame.reduce((sum, { score }) => sum + score, 0) / keypoints;
    const score = scoringNet ? mean * scoringNet(inFrame) : mean;
    if (score >= scoreThreshold) poses.push({ keypoints: inFrame, score, box: boxOf(inFrame) });
  }
  return poses.sort((a, b) => b.score - a.score).slice(0, maxPoses);
}

function boxOf(keypoints: readonly Keypoint[]): Box {
  const xs = keypoints.map(({ x }) => x);
  const ys = keypoints.map(({ y }) => y);
  const [xMin, xMax, yMin, yMax] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { xMin, yMin, xMax, yMax, width: xMax - xMin, height: yMax - yMin };
}
