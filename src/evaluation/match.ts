import type { AnnotatedPerson, Detection } from './annotations.ts';
import type { AreaRange } from './area-range.ts';
import { areaOf, isWithin } from './area-range.ts';

/** What a detection turned out to be; ignored ones count neither for nor against. */
export type Outcome = 'right' | 'wrong' | 'ignored';

/** The detections of one image against its people. */
export interface ImageMatches {
  /** Of each detection, best first. */
  readonly scores: readonly number[];
  /** [threshold][detection]. */
  readonly outcomes: readonly (readonly Outcome[])[];
  /** How many people there are to find. */
  readonly people: number;
}

/** A similarity as good as 1 must do for a threshold of 1. */
const HIGHEST_THRESHOLD = 1 - 1e-10;

/** Whether each person is neither to be found nor missed, by itself or because its area is out of range. */
export function ignoredPeople(people: readonly AnnotatedPerson[], range: AreaRange): boolean[] {
  return people.map((person) => person.ignored || !isWithin(person.area, range));
}

/**
 * Gives each detection, best score first, the person still free whom it resembles most (of equal ones
 * the later), if at least by the threshold. People who are ignored come last, and one of them never
 * goes before anyone to find; a crowd is always free.
 *
 * @param similarities OKS [detection][person], detections by falling score.
 * @param ignored of each person.
 * @returns each detection's person, if any.
 */
export function assignPeople(
  people: readonly AnnotatedPerson[],
  similarities: readonly (readonly number[])[],
  ignored: readonly boolean[],
  threshold: number,
): (number | undefined)[] {
  const indices = people.map((_, i) => i);
  const order = [...indices.filter((i) => !ignored[i]), ...indices.filter((i) => ignored[i])];
  const taken = new Set<number>();
  return similarities.map((similarityTo) => {
    let best: number | undefined;
    let needed = Math.min(threshold, HIGHEST_THRESHOLD);
    for (const i of order) {
      if (taken.has(i) && !people[i].crowd) continue;
      // A person to find goes before anyone to ignore, however similar.
      if (best !== undefined && !ignored[best] && ignored[i]) break;
      if (similarityTo[i] < needed) continue;
      needed = similarityTo[i];
      best = i;
    }
    if (best !== undefined) taken.add(best);
    return best;
  });
}

/**
 * Matches detections to people (`assignPeople`) at several thresholds. A detection that is given an
 * ignored person is ignored; so is one that is nobody's match and whose own area is out of range.
 *
 * @param detections by falling score.
 * @param similarities OKS [detection][person].
 * @param thresholds of OKS.
 * @param ignored of each person; by the range if left out.
 */
export function matchPeople(
  detections: readonly Detection[],
  people: readonly AnnotatedPerson[],
  similarities: readonly (readonly number[])[],
  range: AreaRange,
  thresholds: readonly number[],
  ignored: readonly boolean[] = ignoredPeople(people, range),
): ImageMatches {
  const inRange = detections.map((detection) => isWithin(areaOf(detection), range));
  const outcomes = thresholds.map((threshold) =>
    assignPeople(people, similarities, ignored, threshold).map((person, d): Outcome => {
      if (person === undefined) return inRange[d] ? 'wrong' : 'ignored';
      return ignored[person] ? 'ignored' : 'right';
    }),
  );
  return { scores: detections.map(({ score }) => score), outcomes, people: ignored.filter((each) => !each).length };
}
