// In a worker: no HTMLVideoElement, but bitmaps and frames.
import { createDetector, drawPoses } from 'manypose';
import { createDetector as createSmall } from 'manypose/webgpu';

const detector = await createDetector({ modelUrl: new URL('models/', location.href), signal: AbortSignal.timeout(1000) });
onmessage = async ({ data }: MessageEvent<ImageBitmap>) => {
  const poses = await detector.estimatePoses(data);
  drawPoses(new OffscreenCanvas(1, 1).getContext('2d')!, poses);
  postMessage(await (await createSmall()).estimatePoses(new VideoFrame(data, { timestamp: 0 })));
};
