// In Node: no DOM at all.
import { readFileSync } from 'node:fs';
import { createDetector } from 'manypose';
import type { Annotations, Detections, ErrorReport, Scores } from 'manypose/evaluation';
import {
  analyseErrors,
  cocoResults,
  detectionOf,
  errorChart,
  evaluate,
  parseAnnotations,
  parseResults,
  precisionRecallCurves,
} from 'manypose/evaluation';
import { createDetector as createSmall } from 'manypose/webgpu';

const detector = await createDetector({ modelUrl: new URL('models/', import.meta.url), signal: new AbortController().signal });
const poses = await detector.estimatePoses({ data: readFileSync('pixels.rgba'), width: 1, height: 1 });
const device = { lost: new Promise<void>(() => {}), destroy() {} };
console.log(
  poses.map(({ keypoints }) => keypoints[0].name),
  await createSmall({ device }),
);

const annotations: Annotations = parseAnnotations(JSON.parse(readFileSync('person_keypoints.json', 'utf8')));
const detections: Detections = new Map([[annotations.images[0].id, poses.map(detectionOf)]]);
const scores: Scores = evaluate(annotations, detections);
const report: ErrorReport = analyseErrors(annotations, parseResults(cocoResults(1, poses, annotations.categoryId), annotations));
console.log(scores.AP, precisionRecallCurves(annotations, detections).all?.[0]?.recall, errorChart([{ title: 'poses', report }]));
