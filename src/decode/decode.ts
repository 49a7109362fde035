import type { InputGeometry } from '../geometry.ts';
import type { HeatField } from '../ops/heat-upsample.ts';
import type { Box, Keypoint, KeypointSet, Pose } from '../pose.ts';
import type { PoseCandidates } from './candidates.ts';
import { heatAroundRegressed } from './candidates.ts';
import type { InputKeypoint } from './group-keypoints.ts';
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
  candidates: PoseCandidates,
  geometry: InputGeometry,
  keypointSet: KeypointSet,
  options: DecodeOptions = {},
): Pose[] {
  const { maxPoses = 30, scoreThreshold = 0, refine = true, scoringNet } = options;
  const { keypoints, centerScores, inputWidth, inputHeight } = candidates;
  const poses: Pose[] = [];
  for (const person of suppressDuplicates(centerScores, candidates.regressed, keypoints)) {
    const grouped = groupKeypoints(candidates, person);
    const placed = refine
      ? grouped.map((keypoint) => refineKeypoint(keypoint, centerScores[person], inputWidth, inputHeight))
      : grouped;
    const pose = poseInFrame(placed, geometry, keypointSet);
    if (pose === undefined) continue;
    const score = scoringNet ? pose.score * scoringNet(pose.keypoints) : pose.score;
    if (score >= scoreThreshold) poses.push({ ...pose, score });
  }
  return poses.sort((a, b) => b.score - a.score).slice(0, maxPoses);
}

/**
 * The poses that are regressed, as they are: duplicates out, but nothing moves onto heatmap peaks. A
 * keypoint's score is its center's times the heatmap there, between pixels too, 0 outside. The paper's
 * regression quality (Table 4), and grouping switched off.
 */
export function decodeRegression(
  candidates: PoseCandidates,
  geometry: InputGeometry,
  keypointSet: KeypointSet,
  { maxPoses = 30, scoreThreshold = 0 }: Pick<DecodeOptions, 'maxPoses' | 'scoreThreshold'> = {},
): Pose[] {
  const { keypoints, centerScores, regressed, inputWidth, inputHeight } = candidates;
  const poses: Pose[] = [];
  for (const person of suppressDuplicates(centerScores, regressed, keypoints)) {
    const placed = Array.from({ length: keypoints }, (_, k): InputKeypoint => {
      const at = (person * keypoints + k) * 2;
      const [x, y] = [regressed[at], regressed[at + 1]];
      return {
        x,
        y,
        score: centerScores[person] * heatBetween(heatAroundRegressed(candidates, person, k), x, y, inputWidth, inputHeight),
      };
    });
    const pose = poseInFrame(placed, geometry, keypointSet);
    if (pose !== undefined && pose.score >= scoreThreshold) poses.push(pose);
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

/** Heat at a place between pixels; 0 where any of the four around lies outside the input. */
function heatBetween(heat: HeatField, x: number, y: number, inputWidth: number, inputHeight: number): number {
  if (!(x >= 0 && y >= 0 && x < inputWidth - 1 && y < inputHeight - 1)) return 0;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - left, y - top];
  const above = heat(left, top) * (1 - u) + heat(left + 1, top) * u;
  const below = heat(left, top + 1) * (1 - u) + heat(left + 1, top + 1) * u;
  return above * (1 - v) + below * v;
}

function boxOf(keypoints: readonly Keypoint[]): Box {
  const xs = keypoints.map(({ x }) => x);
  const ys = keypoints.map(({ y }) => y);
  const [xMin, xMax, yMin, yMax] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { xMin, yMin, xMax, yMax, width: xMax - xMin, height: yMax - yMin };
}
