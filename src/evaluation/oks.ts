import type { AnnotatedPerson } from './annotations.ts';

/** Keeps a person of no area from dividing by zero, as pycocotools does it. */
const EPSILON = Number.EPSILON;

/**
 * COCO's object keypoint similarity between a detection and an annotated person: the mean over the
 * person's labelled keypoints of exp(-d² / (2 s² k²)), with s² the person's area and k = 2σ.
 *
 * A person without labelled keypoints (who is ignored) is given as much as the detection lies within
 * the box enlarged by its own size on every side: d is each keypoint's distance to that.
 *
 * @param keypoints (x, y, anything) of each keypoint, image pixels.
 * @param sigmas of the keypoint set.
 * @returns 0 to 1.
 */
export function objectKeypointSimilarity(
  keypoints: readonly number[],
  person: AnnotatedPerson,
  sigmas: readonly number[],
): number {
  const labelled = sigmas.map((_, k) => person.keypoints[3 * k + 2] > 0);
  const anyLabelled = labelled.includes(true);
  const [left, top, width, height] = person.box;
  let sum = 0;
  let count = 0;
  sigmas.forEach((sigma, k) => {
    if (anyLabelled && !labelled[k]) return;
    const [x, y] = [keypoints[3 * k], keypoints[3 * k + 1]];
    const dx = anyLabelled ? x - person.keypoints[3 * k] : outside(x, left - width, left + 2 * width);
    const dy = anyLabelled ? y - person.keypoints[3 * k + 1] : outside(y, top - height, top + 2 * height);
    sum += keypointSimilarity(dx, dy, person.area, sigma);
    count++;
  });
  return sum / count;
}

/**
 * The similarity of a place to one keypoint, by itself: exp(-d² / (2 s² k²)), k = 2σ.
 *
 * @param area s², square pixels.
 */
export function keypointSimilarity(dx: number, dy: number, area: number, sigma: number): number {
  return Math.exp(-(dx * dx + dy * dy) / (2 * sigma) ** 2 / (area + EPSILON) / 2);
}

/** How far a coordinate lies outside an interval; 0 within it. */
function outside(value: number, low: number, high: number): number {
  return Math.max(0, low - value, value - high);
}
