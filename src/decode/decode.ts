import type { InputGeometry } from '../geometry.ts';
import type { DecodingRules } from '../network/decoding-rules.ts';
import { PAPER_RULES } from '../network/decoding-rules.ts';
import type { HeatField } from '../ops/heat-upsample.ts';
import type { KeypointSet, Pose } from '../pose.ts';
import type { PoseCandidates } from './candidates.ts';
import { heatAroundRegressed } from './candidates.ts';
import type { InputKeypoint } from './group-keypoints.ts';
import { heatWhereItStays } from './group-keypoints.ts';
import { groupedPoses } from './grouped-poses.ts';
import type { DecodeOptions } from './poses-of.ts';
import { posesOf } from './poses-of.ts';

export type { DecodeOptions } from './poses-of.ts';

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
  const { grouping = true, rules = PAPER_RULES } = options;
  const ranks = ranksOf(candidates, rules);
  if (grouping && rules.placing === 'peaks') return groupedPoses(candidates, geometry, keypointSet, options, ranks);
  const place = rules.placing === 'regressed' ? asRegressed : regressedBetween;
  return posesOf(candidates, geometry, keypointSet, options, (person) => place(candidates, person), ranks);
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
  const place = (person: number): InputKeypoint[] => regressedBetween(candidates, person);
  return posesOf(candidates, geometry, keypointSet, options, place, ranksOf(candidates, options.rules ?? PAPER_RULES));
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

function ranksOf(candidates: PoseCandidates, { rankBy }: DecodingRules): Float32Array {
  const { centerScores } = candidates;
  return rankBy === 'center' ? centerScores : centerScores.map((_, person) => meanHeat(candidates, person));
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

/** Heat at a place between pixels; 0 where any of the four around lies outside the input. */
function heatBetween(heat: HeatField, x: number, y: number, inputWidth: number, inputHeight: number): number {
  if (!(x >= 0 && y >= 0 && x < inputWidth - 1 && y < inputHeight - 1)) return 0;
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [x - left, y - top];
  const above = heat(left, top) * (1 - u) + heat(left + 1, top) * u;
  const below = heat(left, top + 1) * (1 - u) + heat(left + 1, top + 1) * u;
  return above * (1 - v) + below * v;
}
