import type { DetectorOptions } from '../../src/index.ts';
import { createDetector } from '../../src/index.ts';

/** Milliseconds per frame of one runtime. */
export interface Measured {
  readonly adapter: string;
  /** From nothing to a detector that is ready, weights from the cache. */
  readonly start: number;
  /** First frame at this size. */
  readonly first: number;
  readonly network: number;
  readonly decode: number;
  readonly total: number;
  readonly people: number;
}

async function measure(photo: string, frames: number, options: DetectorOptions): Promise<Measured> {
  const image = new Image();
  image.src = photo;
  await image.decode();
  const begin = performance.now();
  const detector = await createDetector({ modelUrl: new URL('/models/coco_w32/', location.href), ...options });
  const start = performance.now() - begin;
  await detector.estimatePoses(image);
  const first = detector.info.timings.total;
  const timings: { network: number; decode: number; total: number }[] = [];
  let people = 0;
  for (let i = 0; i < frames; i++) {
    const poses = await detector.estimatePoses(image);
    people = poses.filter((pose) => pose.score > 0.2).length;
    timings.push({ ...detector.info.timings });
  }
  const { adapter } = detector.info;
  detector.dispose();
  const median = (key: 'network' | 'decode' | 'total'): number => timings.map((each) => each[key]).sort((a, b) => a - b)[frames >> 1];
  return { adapter, start, first, network: median('network'), decode: median('decode'), total: median('total'), people };
}

declare global {
  interface Window {
    measure: typeof measure;
  }
}

window.measure = measure;
