import { describe, expect, it } from 'vitest';
import { objectKeypointSimilarity } from '../../src/evaluation/oks.ts';
import { COCO } from '../../src/pose.ts';
import { detectionAt, personAt } from './people.ts';

const { sigmas } = COCO;
const similarity = (x: number, y: number, person = personAt(0, 0)): number =>
  objectKeypointSimilarity(detectionAt(x, y).keypoints, person, sigmas);

describe('object keypoint similarity', () => {
  it("is 1 on the spot and falls as a Gaussian of each keypoint's width", () => {
    expect(similarity(20, 40)).toBe(1);
    // Distance 5 (3, 4), area 2000.
    const expected = sigmas.reduce((sum, sigma) => sum + Math.exp(-25 / (2 * 2000 * (2 * sigma) ** 2)), 0) / 17;
    expect(similarity(23, 44)).toBeCloseTo(expected, 12);
  });

  it('counts labelled keypoints only, hidden ones too', () => {
    const person = personAt(0, 0);
    const keypoints = person.keypoints.map((value, i) => (i % 3 === 2 ? [0, 1, 2][Math.floor(i / 3) % 3] : value));
    // What is not labelled stands anywhere.
    const somewhere = keypoints.map((value, i) => (keypoints[i - (i % 3) + 2] === 0 && i % 3 < 2 ? -1000 : value));
    expect(similarity(20, 40, { ...person, keypoints: somewhere })).toBe(1);
    const labelled = sigmas.filter((_, k) => k % 3 > 0);
    const expected = labelled.reduce((sum, sigma) => sum + Math.exp(-1 / (2 * 2000 * (2 * sigma) ** 2)), 0) / labelled.length;
    expect(similarity(21, 40, { ...person, keypoints: somewhere })).toBeCloseTo(expected, 12);
  });

  it('of a person without keypoints is about the box enlarged by its own size on every side', () => {
    const person = personAt(0, 0, { keypoints: COCO.names.flatMap(() => [0, 0, 0]) });
    // The box is 40×80 at (0, 0): enlarged -40..80, -80..160.
    for (const [x, y] of [
      [20, 40],
      [-40, -80],
      [80, 160],
    ])
      expect(similarity(x, y, person)).toBe(1);
    const expected = sigmas.reduce((sum, sigma) => sum + Math.exp(-25 / (2 * 2000 * (2 * sigma) ** 2)), 0) / 17;
    for (const [x, y] of [
      [83, 164],
      [-43, -84],
    ])
      expect(similarity(x, y, person)).toBeCloseTo(expected, 12);
  });

  it('does not divide by an area of zero', () => {
    expect(similarity(20, 40, personAt(0, 0, { area: 0 }))).toBe(1);
    expect(similarity(21, 40, personAt(0, 0, { area: 0 }))).toBe(0);
  });
});
