import type { InputGeometry } from '../geometry.ts';
import type { DecodingRules } from '../network/decoding-rules.ts';
import { PAPER_RULES } from '../network/decoding-rules.ts';
import type { HeatField } from '../ops/heat-upsample.ts';
import type { Box, Keypoint, KeypointSet, Pose } from '../pose.ts';
import type { PoseCandidates } from './candidates.ts';
import { heatAroundRegressed } from './candidates.ts';
import type { InputKeypoint } from './group-keypoints.ts';
import { groupKeypoints, heatWhereItStays } from './group-keypoints.ts';
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
  /** false: keypoints stay where they were regressed, as `decodeRegression` has them. */
  readonly grouping?: boolean;
  /** The network's; the paper's if left out. */
  readonly rules?: DecodingRules;
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
  const { refine = true, grouping = true, rules = PAPER_RULES } = options;
  const { centerScores, inputWidth, inputHeight } = candidates;
  if (rules.placing === 'regressed')
    return posesOf(candidates, geometry, keypointSet, options, (person) => asRegressed(candidates, person));
  if (!grouping) return posesOf(candidates, geometry, keypointSet, options, (person) => regressedBetween(candidates, person));
  return posesOf(candidates, geometry, keypointSet, options, (person) => {
    const grouped = groupKeypoints(candidates, person);
    return refine ? grouped.map((keypoint) => refineKeypoint(keypoint, centerScores[person], inputWidth, inputHeight)) : grouped;
  });
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
  options: Pick<DecodeOptions, 'maxPoses' | 'scoreThreshold' | 'rules'> = {},
): Pose[] {
  return posesOf(candidates, geometry, keypointSet, options, (person) => regressedBetween(candidates, person));
}

/** A pose for everyone who is nobody's duplicate, best first. */
function posesOf(
  candidates: PoseCandidates,
  geometry: InputGeometry,
  keypointSet: KeypointSet,
  options: DecodeOptions,
  place: (person: number) => readonly InputKeypoint[],
): Pose[] {
  const { maxPoses = 30, scoreThreshold = 0, scoringNet, rules = PAPER_RULES } = options;
  const { keypoints, centerScores, regressed } = candidates;
  const ranks = rules.rankBy === 'center' ? centerScores : centerScores.map((_, person) => meanHeat(candidates, person));
  const poses: Pose[] = [];
  for (const person of suppressDuplicates(ranks, regressed, keypoints, rules)) {
    const pose = poseInFrame(place(person), geometry, keypointSet);
    if (pose === undefined) continue;
    const score = scoringNet ? pose.score * scoringNet(pose.keypoints) : pose.score;
    if (score >= scoreThreshold) poses.push({ ...pose, score });
  }
  return poses.sort((a, b) => b.score - a.score).slice(0, maxPoses);
}

/** A person's keypoints as regressed, with the heat between pixels. */
function regressedBetween(candidates: PoseCandidates, person: number): InputKeypoint[] {
  const { centerScores, inputWidth, inputHeight } = candidates;
  return regressedPlaces(candidates, person).map(({ x, y }, k) => ({
    x,
    y,
    score: centerScores[person] * heatBetween(heatAroundRegressed(candidates, person, k), x, y, inputWidth, inputHeight),
  }));
}

/** A person's keypoints as regressed, with the heat of the pixel that they lie in (reference section 3.13). */
function asRegressed(candidates: PoseCandidates, person: number): InputKeypoint[] {
  return regressedPlaces(candidates, person).map(({ x, y }, k) => ({
    x,
    y,
    score: candidates.centerScores[person] * heatOfPixel(candidates, person, k, x, y),
  }));
}

function meanHeat(candidates: PoseCandidates, person: number): number {
  const heat = regressedPlaces(candidates, person).map(({ x, y }, k) => heatOfPixel(candidates, person, k, x, y));
  return heat.reduce((sum, value) => sum + value, 0) / heat.length;
}

function heatOfPixel(candidates: PoseCandidates, person: number, keypoint: number, x: number, y: number): number {
  return heatWhereItStays(heatAroundRegressed(candidates, person, keypoint), x, y, candidates.inputWidth, candidates.inputHeight);
}

function regressedPlaces({ regressed, keypoints }: PoseCandidates, person: number): { x: number; y: number }[] {
  return Array.from({ length: keypoints }, (_, k) => {
    const at = (person * keypoints + k) * 2;
    return { x: regressed[at], y: regressed[at + 1] };
  });
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
