import type { DecodingRules } from '../network/decoding-rules.ts';
import { PAPER_RULES } from '../network/decoding-rules.ts';
import { MAX_CANDIDATES } from '../ops/candidate-rules.ts';
import type { HeatField } from '../ops/heat-upsample.ts';
import type { KeypointPeaks } from '../ops/peaks.ts';
import type { PoseCandidates } from './candidates.ts';
import { heatAroundPeak, heatAroundRegressed } from './candidates.ts';
import { diagonal } from './suppress-duplicates.ts';

/** A person's keypoint on its way from regression to result, in input pixels. */
export interface InputKeypoint {
  readonly x: number;
  readonly y: number;
  /** Heatmap value times center score. */
  readonly score: number;
}

export interface GroupedKeypoint extends InputKeypoint {
  /** The heatmap around it. */
  readonly heat: HeatField;
}

/**
 * Moves a person's regressed keypoints onto heatmap peaks of their types, by the rules: the paper's are the nearest ones; a
 * peak may serve several people, and a keypoint without one in reach stays (reference section 3.7).
 *
 * @param person index of the center.
 */
export function groupKeypoints(
  candidates: PoseCandidates,
  person: number,
  rules: Pick<DecodingRules, 'reach' | 'spread'> = PAPER_RULES,
): GroupedKeypoint[] {
  const { keypoints, peaks, regressed, inputWidth, inputHeight } = candidates;
  const spread = (rules.spread ?? 0) * diagonal(regressed, keypoints, person);
  const centerScore = candidates.centerScores[person];
  return Array.from({ length: keypoints }, (_, k): GroupedKeypoint => {
    const x = regressed[(person * keypoints + k) * 2];
    const y = regressed[(person * keypoints + k) * 2 + 1];
    const rank = peakFor(peaks, k, x, y, rules.reach, spread);
    if (rank !== undefined) {
      const at = k * MAX_CANDIDATES + rank;
      return { x: peaks.x[at], y: peaks.y[at], score: centerScore * peaks.score[at], heat: heatAroundPeak(candidates, k, rank) };
    }
    const field = heatAroundRegressed(candidates, person, k);
    return { x, y, score: centerScore * heatWhereItStays(field, x, y, inputWidth, inputHeight), heat: field };
  });
}

/**
 * Rank of the peak of a keypoint type that fits a place best, if any is within reach.
 *
 * @param reach in input pixels.
 * @param spread of the nearness that heat is weighed by, in input pixels; 0: the nearest fits best.
 */
export function peakFor(
  peaks: KeypointPeaks,
  keypoint: number,
  x: number,
  y: number,
  reach: number,
  spread = 0,
): number | undefined {
  let best: number | undefined;
  let least = Infinity;
  for (let rank = 0; rank < peaks.count[keypoint]; rank++) {
    const at = keypoint * MAX_CANDIDATES + rank;
    const d = Math.hypot(peaks.x[at] - x, peaks.y[at] - y);
    if (!(d < reach)) continue;
    // Minus the logarithm of what is weighed.
    const cost = spread ? (d / spread) ** 2 / 2 - Math.log(peaks.score[at]) : d;
    if (cost < least) {
      least = cost;
      best = rank;
    }
  }
  return best;
}

/** The heat of a keypoint that finds no peak: at its place, truncated and clamped into the input. */
export function heatWhereItStays(heat: HeatField, x: number, y: number, inputWidth: number, inputHeight: number): number {
  return heat(clamp(Math.trunc(x), inputWidth - 1), clamp(Math.trunc(y), inputHeight - 1));
}

function clamp(value: number, last: number): number {
  return Math.min(Math.max(value, 0), last);
}
