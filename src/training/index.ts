/**
 * manypose/training: what the paper's network learns from and by what losses. For the network itself and
 * runs of many hours there is models/training (Python); this is the same side in TypeScript.
 */
export { foldBatchNorm } from '../convert/fold.ts';
export type { ModelFile, ModelParts } from '../convert/write.ts';
export { modelFiles } from '../convert/write.ts';
export type { AnnotatedImage, AnnotatedPerson, Annotations, Detection, Detections } from '../evaluation/annotations.ts';
export type { PixelData } from '../frame.ts';
export { buildNetwork } from '../network/build.ts';
export type { ModelDescriptor } from '../network/descriptor.ts';
export type { Network } from '../network/network.ts';
export { COCO, CROWDPOSE } from '../pose.ts';
export type { KeypointSet } from '../pose.ts';
export type { Affine, Point } from './affine.ts';
export { atStride } from './affine.ts';
export type { Augmentation } from './augmentation.ts';
export { cropMatrix, drawAugmentation, NO_AUGMENTATION } from './augmentation.ts';
export type { MapSize } from './gaussians.ts';
export type { Checkpoint } from './initial-weights.ts';
export { initialCheckpoint } from './initial-weights.ts';
export type { LearningRateSchedule } from './learning-rate.ts';
export { LEARNING_RATES, learningRateAt } from './learning-rate.ts';
export type { Losses, Predictions } from './losses.ts';
export { trainingLoss } from './losses.ts';
export type { CenterKind, MapPlacement, PersonOnMap } from './people.ts';
export { placePeople } from './people.ts';
export type { LossMask } from './region.ts';
export { regionOnMap, wholePicture } from './region.ts';
export { normalisePicture, samplePicture } from './sample-picture.ts';
export type { ScorerPair } from './scorer-pairs.ts';
export { scorerPairs } from './scorer-pairs.ts';
export type { TargetTensors } from './target-tensors.ts';
export { targetTensors } from './target-tensors.ts';
export type { MapTargets, TargetSettings, TrainingRules } from './target-settings.ts';
export { targetSettings } from './target-settings.ts';
export { makeTargets } from './targets.ts';
export type { ScorerTraining } from './train-scorer.ts';
export { rescore, trainScorer } from './train-scorer.ts';
export type { Statistics, TrainableNetwork } from './trainable-network.ts';
export { createTrainableNetwork } from './trainable-network.ts';
