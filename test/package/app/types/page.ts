// All of the public names, in a page.
import { COCO, CROWDPOSE, createDetector, drawPoses, ManyposeError } from 'manypose';
import type {
  Box,
  CocoKeypointName,
  CrowdPoseKeypointName,
  Detector,
  DetectorInfo,
  DetectorOptions,
  DrawOptions,
  ErrorCode,
  EstimationConfig,
  ImageInput,
  InspectedPerson,
  Inspection,
  InspectionConfig,
  Keypoint,
  KeypointName,
  KeypointSet,
  ModelDescriptor,
  PixelData,
  Pose,
  RuntimeKind,
  TensorLike,
  Timings,
} from 'manypose';
import { drawCenterMap, drawHeatmaps, drawOffsets, drawSampling, sampledTaps } from 'manypose/draw';
import type { SampledTaps } from 'manypose/draw';
import * as small from 'manypose/webgpu';

const options: DetectorOptions = {
  modelUrl: new URL('https://cdn.example/'),
  modelIntegrity: 'sha256-',
  runtime: 'auto',
  inputSize: 256,
  signal: new AbortController().signal,
  onProgress: ({ loaded, total }) => loaded / total,
};
const detector: Detector = await createDetector(options);
const config: EstimationConfig = { maxPoses: 2, scoreThreshold: 0.1, flip: true, refine: false, inputSize: 256 };
const images: ImageInput[] = [
  document.querySelector('video')!,
  document.querySelector('img')!,
  document.querySelector('canvas')!,
  new OffscreenCanvas(1, 1),
  await createImageBitmap(new ImageData(1, 1)),
  new ImageData(1, 1),
  new VideoFrame(new OffscreenCanvas(1, 1), { timestamp: 0 }),
];
const poses: Pose[] = await detector.estimatePoses(images[0], config, 0);
const drawing: DrawOptions = { colors: ['red'], lineWidth: 2, keypointSet: COCO };
drawPoses(document.createElement('canvas').getContext('2d')!, poses, drawing);
drawPoses(new OffscreenCanvas(1, 1).getContext('2d')!, poses);

const looking: InspectionConfig = { inputSize: 256, maxPoses: 3 };
const inspection: Inspection = await detector.inspect(images[0], looking);
const person: InspectedPerson | undefined = inspection.people[0];
for (const context of [document.createElement('canvas').getContext('2d')!, new OffscreenCanvas(1, 1).getContext('2d')!]) {
  drawHeatmaps(context, inspection, { keypoint: 'left_wrist', dim: 0.3 });
  drawCenterMap(context, inspection);
  drawOffsets(context, inspection, { lineWidth: 2 });
  drawSampling(context, inspection, { at: [person.center], colors: ['red'] });
}
const taps: SampledTaps | undefined = sampledTaps(inspection, person.center);
console.log(taps?.scale, taps?.angle);
// @ts-expect-error looks once, and not at the mirrored image too
await detector.inspect(images[0], { flip: true });

const name: KeypointName = poses[0].keypoints[0].name;
if (name === 'left_wrist') console.log(name);
// @ts-expect-error is no body part
if (name === 'left_wirst') console.log(name);
const names: readonly CocoKeypointName[] = COCO.names;
const others: readonly CrowdPoseKeypointName[] = CROWDPOSE.names;
// @ts-expect-error CrowdPose has no noses
const nose: CrowdPoseKeypointName = 'nose';
// @ts-expect-error is no picture
await detector.estimatePoses('photo.jpg');
// @ts-expect-error is no runtime
await createDetector({ runtime: 'webnn' });

const info: DetectorInfo = detector.info;
const model: ModelDescriptor = info.model;
const timings: Timings = info.timings;
const kind: RuntimeKind = info.runtime;
const keypoint: Keypoint = poses[0].keypoints[0];
const box: Box = poses[0].box;
const set: KeypointSet = detector.keypointSet;
const pixels: PixelData = { data: new Uint8Array(4), width: 1, height: 1 };
const tensor: TensorLike = { shape: [1, 1, 3], dtype: 'int32', data: async () => new Uint8Array(3) };
const code: ErrorCode = new ManyposeError('aborted', 'stopped', { cause: 1 }).code;
const same: Detector = await small.createDetector({ runtime: 'webgpu', modelUrl: '/models/' });
console.log(names, others, nose, model, timings, kind, keypoint, box, set, pixels, tensor, code, same);
