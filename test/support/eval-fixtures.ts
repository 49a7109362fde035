import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Annotations, Detections } from '../../src/evaluation/annotations.ts';
import { parseAnnotations } from '../../src/evaluation/coco-annotations.ts';
import { parseResults } from '../../src/evaluation/coco-results.ts';

/** A JSON file of `test/fixtures/eval`, gzipped or not. */
export function evalFixture<Json = unknown>(name: string): Json {
  const bytes = readFileSync(new URL(`../fixtures/eval/${name}`, import.meta.url));
  return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as Json;
}

/** Annotations and detections in them: 60 photos of COCO val2017, or one. */
export const EVAL_SETS = {
  open60: ['open60_gt.json.gz', 'open60_dt.json.gz'],
  photo139099: ['coco_gt_dataset.json', 'coco_dt_dataset.json'],
} as const;

export function evalSet(name: keyof typeof EVAL_SETS): { annotations: Annotations; detections: Detections } {
  const [truth, results] = EVAL_SETS[name];
  const annotations = parseAnnotations(evalFixture(truth));
  return { annotations, detections: parseResults(evalFixture(results), annotations) };
}
