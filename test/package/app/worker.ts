// A module worker that finds people in the bitmaps it is sent.
import { createDetector } from 'manypose';

const worker = self as unknown as DedicatedWorkerGlobalScope;

worker.onmessage = async ({ data }: MessageEvent<{ bitmap: ImageBitmap; modelUrl: string }>) => {
  try {
    const detector = await createDetector({ runtime: 'webgpu', modelUrl: data.modelUrl });
    const poses = await detector.estimatePoses(data.bitmap);
    worker.postMessage(`${poses.length} people on ${detector.info.runtime}`);
  } catch (error) {
    worker.postMessage(String(error));
  }
};
