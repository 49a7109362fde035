import { extname } from 'node:path';
import { ManyposeError } from '../../errors.ts';
import type { Annotations, Detections } from '../../evaluation/annotations.ts';
import { AREA_RANGES } from '../../evaluation/area-range.ts';
import { curveChart } from '../../evaluation/charts/curve-chart.ts';
import { errorChart } from '../../evaluation/charts/error-chart.ts';
import { precisionRecallCurves } from '../../evaluation/curves.ts';
import type { ErrorReport } from '../../evaluation/error-analysis/analyse-errors.ts';
import { analyseErrors } from '../../evaluation/error-analysis/analyse-errors.ts';
import { scoresOf } from '../../evaluation/evaluate.ts';
import { RECALLS } from '../../evaluation/precision-recall.ts';
import { THRESHOLDS } from '../../evaluation/rules.ts';
import { writeOutput } from '../outputs.ts';

/** Detections to be scored: of one quality, or read from a file. */
export interface Scored {
  /** As JSON names it. */
  readonly name: string;
  readonly title: string;
  readonly detections: Detections;
}

/** What is to be written besides the scores. */
export interface ReportFiles {
  /** Errors, and what correcting them gives: .json or .svg each. */
  readonly errors: readonly string[];
  /** Precision over recall: .json or .svg each. */
  readonly curves: readonly string[];
}

/** @throws ManyposeError `invalid-argument` for a file that is neither JSON nor SVG by its name. */
export function checkReportFiles({ errors, curves }: ReportFiles): void {
  for (const [option, files] of [
    ['--errors', errors],
    ['--curves', curves],
  ] as const) {
    const wrong = files.find((file) => !isJson(file) && extname(file).toLowerCase() !== '.svg');
    if (wrong !== undefined) throw new ManyposeError('invalid-argument', `${option} writes .json or .svg, got ${wrong}`);
  }
}

/** @throws ManyposeError `invalid-argument` where a file cannot be written. */
export async function writeReports(
  annotations: Annotations,
  scored: readonly Scored[],
  { errors, curves }: ReportFiles,
): Promise<void> {
  const { keypointSet, images } = annotations;
  const photos = `${images.length} ${images.length === 1 ? 'photo' : 'photos'}`;
  if (errors.length > 0) {
    const reports = scored.map(({ name, title, detections }) => ({
      name,
      title,
      ranges: errorsByRange(annotations, detections),
    }));
    const json = {
      keypoints: keypointSet.names,
      thresholds: THRESHOLDS,
      qualities: record(reports.map(({ name, ranges }) => [name, ranges])),
    };
    const svg = (): string =>
      errorChart(
        reports.map(({ title, ranges }) => ({ title, report: ranges.all })),
        `Errors of keypoints in ${photos}, and what correcting them gives`,
      );
    for (const file of errors) await writeOutput(file, isJson(file) ? `${JSON.stringify(json)}\n` : svg());
  }
  if (curves.length > 0) {
    const drawn = scored.map(({ name, title, detections }) => ({
      name,
      title,
      curves: precisionRecallCurves(annotations, detections),
    }));
    const json = {
      recalls: RECALLS,
      thresholds: THRESHOLDS,
      qualities: record(drawn.map((each) => [each.name, { scores: scoresOf(each.curves), curves: each.curves }])),
    };
    for (const file of curves)
      await writeOutput(
        file,
        isJson(file) ? `${JSON.stringify(json)}\n` : curveChart(drawn, `Precision over recall in ${photos}`),
      );
  }
}

/** `all` is COCO's: its average precision is the one that is printed. */
function errorsByRange(annotations: Annotations, detections: Detections): Record<keyof typeof AREA_RANGES, ErrorReport> {
  return record(
    Object.entries(AREA_RANGES).map(([name, range]) => [name, analyseErrors(annotations, detections, range)]),
  ) as Record<keyof typeof AREA_RANGES, ErrorReport>;
}

const isJson = (file: string): boolean => extname(file).toLowerCase() === '.json';

function record<Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> {
  return Object.fromEntries(entries);
}
