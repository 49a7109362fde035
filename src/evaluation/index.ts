/**
 * manypose/evaluation: how good poses are, by COCO's and CrowdPose's own rules, what is wrong with them, and
 * charts of both. Poses come from a detector or from files in COCO's results format; nothing is run here.
 */
export { ManyposeError } from '../errors.ts';
export { COCO, CROWDPOSE } from '../pose.ts';
export type { KeypointSet, Pose } from '../pose.ts';
export type { AnnotatedImage, AnnotatedPerson, Annotations, Detection, Detections, Id } from './annotations.ts';
export type { AreaRange } from './area-range.ts';
export { AREA_RANGES } from './area-range.ts';
export type { CurvePanels } from './charts/curve-chart.ts';
export { curveChart } from './charts/curve-chart.ts';
export type { ErrorPanel } from './charts/error-chart.ts';
export { errorChart } from './charts/error-chart.ts';
export { frontierChart } from './charts/frontier-chart.ts';
export { parseAnnotations } from './coco-annotations.ts';
export type { CocoResult } from './coco-results.ts';
export { cocoResults, detectionOf, parseResults } from './coco-results.ts';
export type { CrowdLevel, CrowdRules } from './crowd-index.ts';
export { crowdIndexOf, crowdLevelOf } from './crowd-index.ts';
export type { CurveOptions, Curves, GroupName } from './curves.ts';
export { precisionRecallCurves } from './curves.ts';
export type { ErrorReport, LabelCounts, LabelledMatch, PoseError, Quality } from './error-analysis/analyse-errors.ts';
export { analyseErrors, POSE_ERRORS } from './error-analysis/analyse-errors.ts';
export type { KeypointLabel } from './error-analysis/label-keypoints.ts';
export { KEYPOINT_LABELS } from './error-analysis/label-keypoints.ts';
export type { ScoreName, Scores } from './evaluate.ts';
export { evaluate, scoresOf } from './evaluate.ts';
export type { Cost, FrontierPoint } from './frontier.ts';
export { COSTS, frontierOf } from './frontier.ts';
export { objectKeypointSimilarity } from './oks.ts';
export type { PrecisionRecall } from './precision-recall.ts';
export { averagePrecision, RECALLS } from './precision-recall.ts';
export { MAX_DETECTIONS, THRESHOLDS } from './rules.ts';
export type { ScoreRow } from './score-table.ts';
export { scoreTable, titledScoreTable } from './score-table.ts';
export type { ShownPeople } from './shown-people.ts';
export { shownPeople } from './shown-people.ts';
