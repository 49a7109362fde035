import { MAX_CANDIDATES } from '../ops/candidate-rules.ts';
import type { PoseCandidates } from '../decode/candidates.ts';
import type { GroupedKeypoint } from '../decode/group-keypoints.ts';
import { heatWhereItStays, peakFor } from '../decode/group-keypoints.ts';
import { refineKeypoint } from '../decode/refine-keypoints.ts';
import type { InputGeometry } from '../geometry.ts';
import type { HeatField } from '../ops/heat-upsample.ts';
import type { AnnotatedPerson, Detection } from './annotations.ts';

/** What heatmaps give if regression were perfect. */
export interface PosesAtAnnotations {
  /** A keypoint without a candidate in reach stays where it is annotated, with the heat there. */
  readonly lenient: readonly Detection[];
  /** Such a keypoint is put far away, with a score of 0, so that it counts as missed. */
  readonly strict: readonly Detection[];
}

/** Where nobody's keypoint is. */
const FAR_AWAY = -1000;

/** In input pixels: the paper's, whatever the network's own. */
const REACH = 75;

/** The center score of a person who is annotated. */
const CERTAIN = 1;

/**
 * The paper's heatmap quality (Table 4): annotated people take the place of regressed ones as the cue for
 * grouping. Each of their labelled keypoints moves onto the nearest candidate of its type within reach.
 * The paper leaves open what becomes of one that finds none; so there are two answers. Keypoints that are
 * not labelled are (0, 0, 0) and do not count in the score, the mean of the others'.
 *
 * @param heat of each keypoint type, anywhere in the input (`heatFromScales`).
 * @param people in the frame's pixels; those without labelled keypoints are left out.
 * @param refine fit each keypoint to a fraction of a pixel, as decoding does.
 */
export function posesAtAnnotations(
  candidates: PoseCandidates,
  heat: readonly HeatField[],
  geometry: InputGeometry,
  people: readonly AnnotatedPerson[],
  refine = true,
): PosesAtAnnotations {
  const { inputWidth, inputHeight, keypoints: count } = candidates;
  const lenient: Detection[] = [];
  const strict: Detection[] = [];
  for (const { keypoints } of people) {
    const labelled = Array.from({ length: count }, (_, k) => k).filter((k) => keypoints[3 * k + 2] > 0);
    if (labelled.length === 0) continue;
    const stays = Array<number>(3 * count).fill(0);
    const missed = Array<number>(3 * count).fill(0);
    for (const k of labelled) {
      const cueX = geometry.scale * keypoints[3 * k] + geometry.shiftX;
      const cueY = geometry.scale * keypoints[3 * k + 1] + geometry.shiftY;
      const { found, ...grouped } = group(candidates, heat[k], k, cueX, cueY);
      const { x, y, score } = refine ? refineKeypoint(grouped, CERTAIN, inputWidth, inputHeight) : grouped;
      const place = [(x - geometry.shiftX) / geometry.scale, (y - geometry.shiftY) / geometry.scale, score];
      stays.splice(3 * k, 3, ...place);
      missed.splice(3 * k, 3, ...(found ? place : [FAR_AWAY, FAR_AWAY, 0]));
    }
    lenient.push({ keypoints: stays, score: meanScore(stays, labelled) });
    strict.push({ keypoints: missed, score: meanScore(missed, labelled) });
  }
  return { lenient, strict };
}

function group(
  { peaks, inputWidth, inputHeight }: PoseCandidates,
  heat: HeatField,
  keypoint: number,
  x: number,
  y: number,
): GroupedKeypoint & { found: boolean } {
  const rank = peakFor(peaks, keypoint, x, y, REACH);
  if (rank === undefined) return { x, y, score: heatWhereItStays(heat, x, y, inputWidth, inputHeight), heat, found: false };
  const at = keypoint * MAX_CANDIDATES + rank;
  return { x: peaks.x[at], y: peaks.y[at], score: peaks.score[at], heat, found: true };
}

function meanScore(keypoints: readonly number[], labelled: readonly number[]): number {
  return labelled.reduce((sum, k) => sum + keypoints[3 * k + 2], 0) / labelled.length;
}
