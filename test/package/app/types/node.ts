// In Node: no DOM at all.
import { readFileSync } from 'node:fs';
import { createDetector } from 'manypose';
import { createDetector as createSmall } from 'manypose/webgpu';

const detector = await createDetector({ modelUrl: new URL('models/', import.meta.url), signal: new AbortController().signal });
const poses = await detector.estimatePoses({ data: readFileSync('pixels.rgba'), width: 1, height: 1 });
const device = { lost: new Promise<void>(() => {}), destroy() {} };
console.log(poses.map(({ keypoints }) => keypoints[0].name), await createSmall({ device }));
