import { describe, expect, it } from 'vitest';
import type { AnnotatedPerson } from '../../src/evaluation/annotations.ts';
import { AREA_RANGES } from '../../src/evaluation/area-range.ts';
import type { AreaRange } from '../../src/evaluation/area-range.ts';
import { matchPeople } from '../../src/evaluation/match.ts';
import { detectionAt, personAt } from './people.ts';

/** Outcomes of as many detections as there are rows of similarities, at a threshold of 0.5. */
function outcomes(people: AnnotatedPerson[], similarities: number[][], range: AreaRange = AREA_RANGES.all, threshold = 0.5) {
  const detections = similarities.map((_, d) => detectionAt(0, 0, 1 - d / 10));
  return matchPeople(detections, people, similarities, range, [threshold]).outcomes[0];
}

const person = personAt(0, 0);
const nobody = personAt(0, 0, { ignored: true });
const crowd = personAt(0, 0, { ignored: true, crowd: true });

describe('matching detections to people', () => {
  it('gives a person to the first detection that is similar enough', () => {
    expect(outcomes([person], [[0.4], [0.5], [0.9]])).toEqual(['wrong', 'right', 'wrong']);
  });

  it('takes the free person of highest similarity', () => {
    expect(
      outcomes(
        [person, person],
        [
          [0.6, 0.8],
          [0.1, 0.9],
          [0.7, 0.9],
        ],
      ),
    ).toEqual(['right', 'wrong', 'right']);
  });

  it('of equally similar people takes the later', () => {
    expect(
      outcomes(
        [person, person],
        [
          [0.7, 0.7],
          [0.7, 0],
        ],
      ),
    ).toEqual(['right', 'right']);
  });

  it('prefers a person to find to any to be ignored', () => {
    expect(outcomes([nobody, person], [[0.9, 0.5]])).toEqual(['right']);
    expect(outcomes([nobody, person], [[0.9, 0.4]])).toEqual(['ignored']);
  });

  it('lets any number of detections take a crowd, but only one a person without keypoints', () => {
    expect(outcomes([crowd], [[0.6], [0.6], [0.6]])).toEqual(['ignored', 'ignored', 'ignored']);
    expect(outcomes([nobody], [[0.6], [0.6], [0.6]])).toEqual(['ignored', 'wrong', 'wrong']);
  });

  it('ignores people out of range, and detections out of range that have nobody', () => {
    const large = personAt(0, 0, { area: 10_000 });
    expect(outcomes([large], [[0.9]], AREA_RANGES.medium)).toEqual(['ignored']);
    // Their keypoints in one place, these detections have no extent.
    expect(outcomes([person], [[0.9], [0.9]], AREA_RANGES.medium)).toEqual(['right', 'ignored']);
    expect(outcomes([person], [[0.9], [0.9]], AREA_RANGES.all)).toEqual(['right', 'wrong']);
  });

  it('counts people of an area at the ends of a range', () => {
    const count = (area: number, range: AreaRange): number =>
      matchPeople([], [personAt(0, 0, { area })], [], range, [0.5]).people;
    expect([count(1023, AREA_RANGES.medium), count(1024, AREA_RANGES.medium), count(9216, AREA_RANGES.medium)]).toEqual([
      0, 1, 1,
    ]);
    expect([count(9216, AREA_RANGES.large), count(9215, AREA_RANGES.large)]).toEqual([1, 0]);
  });

  it('needs a similarity of 1 up to rounding at a threshold of 1', () => {
    expect(outcomes([person], [[1 - 1e-11]], AREA_RANGES.all, 1)).toEqual(['right']);
    expect(outcomes([person], [[1 - 1e-9]], AREA_RANGES.all, 1)).toEqual(['wrong']);
  });

  it('counts people to find only', () => {
    expect(matchPeople([], [person, nobody, crowd, person], [], AREA_RANGES.all, [0.5])).toEqual({
      scores: [],
      outcomes: [[]],
      people: 2,
    });
  });
});
