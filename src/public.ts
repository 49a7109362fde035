/** The public names that all entries of the package share. */
export type { Detector, DetectorInfo, Timings } from './detector.ts';
export { drawPoses } from './draw/draw-poses.ts';
export type { DrawingContext, DrawOptions } from './draw/draw-poses.ts';
export { ManyposeError } from './errors.ts';
export type { ErrorCode } from './errors.ts';
export type { BrowserImage, ImageInput, PixelData, TensorLike } from './frame.ts';
export type { ModelDescriptor } from './network/descriptor.ts';
export { COCO, CROWDPOSE } from './pose.ts';
export type { Box, CocoKeypointName, CrowdPoseKeypointName, Keypoint, KeypointName, KeypointSet, Pose } from './pose.ts';
export type { InspectedPerson, Inspection } from './inspection.ts';
export type { DetectorOptions, EstimationConfig, InspectionConfig } from './options.ts';
export type { RuntimeKind } from './runtime/runtime.ts';
