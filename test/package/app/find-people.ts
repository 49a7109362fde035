// What a user of the package writes.
import { createDetector, drawPoses, ManyposeError } from 'manypose';
import type { Detector, Pose } from 'manypose';

/** Finds the people of the page's photo and shows how many in the page's title. */
export async function findPeople(runtime: 'webgpu' | 'webgl' | 'wasm'): Promise<Pose[]> {
  try {
    const image = document.querySelector<HTMLImageElement>('#photo')!;
    await image.decode();
    // No modelUrl: the weights lie in models/coco_w32 beside the page.
    const detector: Detector = await createDetector({ runtime });
    const poses = await detector.estimatePoses(image);
    drawPoses(document.createElement('canvas').getContext('2d')!, poses);
    document.title = `${poses.length} people on ${detector.info.runtime}`;
    detector.dispose();
    return poses;
  } catch (error) {
    document.title = error instanceof ManyposeError ? `${error.code}: ${error.message}` : String(error);
    return [];
  }
}
