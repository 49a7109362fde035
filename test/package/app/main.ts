// What a user of the package writes.
import { createDetector, drawPoses, ManyposeError } from 'manypose';
import type { Detector, Pose } from 'manypose';

const image = document.querySelector<HTMLImageElement>('#photo')!;
const parameters = new URLSearchParams(location.search);

async function main(): Promise<Pose[]> {
  await image.decode();
  const detector: Detector = await createDetector({
    modelUrl: new URL('./models/coco_w32/', document.baseURI),
    runtime: parameters.get('runtime') as 'webgpu' | 'webgl',
    inputSize: 128,
  });
  const poses = await detector.estimatePoses(image);
  drawPoses(document.createElement('canvas').getContext('2d')!, poses);
  document.title = `${poses.length} people on ${detector.info.runtime}`;
  detector.dispose();
  return poses;
}

const result = main().catch((error: unknown) => {
  document.title = error instanceof ManyposeError ? error.code : String(error);
  return [] as Pose[];
});
Object.assign(window, { result });
