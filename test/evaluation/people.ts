import type { AnnotatedPerson, Detection } from '../../src/evaluation/annotations.ts';
import { COCO } from '../../src/pose.ts';

/** A person of 40×80 pixels at (x, y), with all keypoints visible in the middle of its box. */
export function personAt(x: number, y: number, changes: Partial<AnnotatedPerson> = {}): AnnotatedPerson {
  return {
    keypoints: COCO.names.flatMap(() => [x + 20, y + 40, 2]),
    box: [x, y, 40, 80],
    area: 2000,
    crowd: false,
    ignored: false,
    ...changes,
  };
}

/** A detection with all keypoints in one place. */
export function detectionAt(x: number, y: number, score = 1): Detection {
  return { keypoints: COCO.names.flatMap(() => [x, y, 1]), score };
}
