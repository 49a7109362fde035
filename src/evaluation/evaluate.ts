import type { Annotations, Detections } from './annotations.ts';
import type { CurveOptions, Curves, GroupName } from './curves.ts';
import { precisionRecallCurves } from './curves.ts';
import { averagePrecision } from './precision-recall.ts';
import type { PrecisionRecall } from './precision-recall.ts';

/** m, l: people of medium and large area; E, M, H: images of few, more and many overlapping people. */
export type ScoreName = 'AP' | 'AP50' | 'AP75' | 'APm' | 'APl' | 'AR' | 'AR50' | 'AR75' | 'ARm' | 'ARl' | 'APE' | 'APM' | 'APH';

/** A benchmark's scores in its own order, 0 to 1; null where there was nobody to find. */
export type Scores = Readonly<Partial<Record<ScoreName, number | null>>>;

const INDEX_50 = 0;
const INDEX_75 = 5;

/**
 * Scores detections as the benchmark of the annotations' keypoint set does (`precisionRecallCurves`).
 */
export function evaluate(annotations: Annotations, detections: Detections, options: CurveOptions = {}): Scores {
  return scoresOf(precisionRecallCurves(annotations, detections, options));
}

/** The scores that a benchmark reads from its curves. */
export function scoresOf(curves: Curves): Scores {
  const AP = (group: GroupName): number | null => mean(curves[group]!.map(precisionOf));
  const AR = (group: GroupName): number | null => mean(curves[group]!.map(recallOf));
  const all = curves.all!;
  if (curves['crowd-easy'] === undefined) {
    return {
      AP: AP('all'),
      AP50: precisionOf(all[INDEX_50]),
      AP75: precisionOf(all[INDEX_75]),
      APm: AP('medium'),
      APl: AP('large'),
      AR: AR('all'),
      AR50: recallOf(all[INDEX_50]),
      AR75: recallOf(all[INDEX_75]),
      ARm: AR('medium'),
      ARl: AR('large'),
    };
  }
  return {
    AP: AP('all'),
    AP50: precisionOf(all[INDEX_50]),
    AP75: precisionOf(all[INDEX_75]),
    AR: AR('all'),
    AR50: recallOf(all[INDEX_50]),
    AR75: recallOf(all[INDEX_75]),
    APE: AP('crowd-easy'),
    APM: AP('crowd-medium'),
    APH: AP('crowd-hard'),
  };
}

const precisionOf = (curve: PrecisionRecall | null): number | null => curve && averagePrecision(curve);
const recallOf = (curve: PrecisionRecall | null): number | null => curve && curve.recall;

/** Over the thresholds: whether there is anybody to find does not depend on them. */
function mean(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value / values.length), 0);
}
