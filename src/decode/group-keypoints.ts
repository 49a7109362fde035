import type { Distance } from '../network/decoding-rules.ts';
import { PAPER_RULES } from '../network/decoding-rules.ts';
import { MAX_CANDIDATES } from '../ops/candidate-rules.ts';
import type { HeatField } from '../ops/heat-upsample.ts';
import type { KeypointPeaks } from '../ops/peaks.ts';
import type { PoseCandidates } from './candidates.ts';
import { heatAroundPeak, heatAroundRegressed } from './candidates.ts';
import { pixelsOf } from './suppress-duplicates.ts';

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
 * Moves a person's regressed keypoints onto the nearest heatmap peaks of their types; a peak may
 * serve several people, and a keypoint without one nearby stays (reference section 3.7).
 *
 * @param person index of the center.
 * @param within how far they may move.
 */
export function groupKeypoints(
  candidates: PoseCandidates,
  person: number,
  within: Distance = PAPER_RULES.reach,
): GroupedKeypoint[] {
  const { keypoints, peaks, inputWidth, inputHeight } = candidates;
  const reach = pixelsOf(within, candidates.regressed, keypoints, person);
  const centerScore = candidates.centerScores[person];
  return Array.from({ length: keypoints }, (_, k): GroupedKeypoint => {
    const x = candidates.regressed[(person * keypoints + k) * 2];
    const y = candidates.regressed[(person * keypoints + k) * 2 + 1];
    const rank = nearestPeak(peaks, k, x, y, reach);
    if (rank !== undefined) {
      const at = k * MAX_CANDIDATES + rank;
      return { x: peaks.x[at], y: peaks.y[at], score: centerScore * peaks.score[at], heat: heatAroundPeak(candidates, k, rank) };
    }
    const field = heatAroundRegressed(candidates, person, k);
    return { x, y, score: centerScore * heatWhereItStays(field, x, y, inputWidth, inputHeight), heat: field };
  });
}

/** Rank of the peak of a keypoint type that lies nearest to a place, if any is within reach (in input pixels). */
export function nearestPeak(peaks: KeypointPeaks, keypoint: number, x: number, y: number, reach: number): number | undefined {
  let nearest: number | undefined;
  let distance = reach;
  for (let rank = 0; rank < peaks.count[keypoint]; rank++) {
    const at = keypoint * MAX_CANDIDATES + rank;
    const d = Math.hypot(peaks.x[at] - x, peaks.y[at] - y);
    if (d < distance) {
      distance = d;
      nearest = rank;
    }
  }
  return nearest;
}

/** The heat of a keypoint that finds no peak: at its place, truncated and clamped into the input. */
export function heatWhereItStays(heat: HeatField, x: number, y: number, inputWidth: number, inputHeight: number): number {
  return heat(clamp(Math.trunc(x), inputWidth - 1), clamp(Math.trunc(y), inputHeight - 1));
}

function clamp(value: number, last: number): number {
  return Math.min(Math.max(value, 0), last);
}
