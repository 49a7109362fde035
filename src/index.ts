/** manypose: every person's pose in an image or a live video. */
export { createDetector } from './estimator.ts';
export type { Detector, DetectorInfo, DetectorOptions, EstimationConfig, Timings } from './estimator.ts';
export { drawPoses } from './draw/draw-poses.ts';
export { ManyposeError } from './errors.ts';
export type { ErrorCode } from './errors.ts';
export { COCO, CROWDPOSE } from './pose.ts';
export type { Box, Keypoint, KeypointSet, Pose } from './pose.ts';
export type { ImageInput, PixelData, TensorLike } from './frame.ts';
export type { ModelDescriptor } from './model/descriptor.ts';
