import type { AnnotatedPerson, Detection } from './annotations.ts';
import type { AreaRange } from './area-range.ts';
import { extentOf, isWithin } from './area-range.ts';

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

/**
 * Gives each detection, best score first, the person still free whom it resembles most (of equal ones
 * the later), if at least by the threshold. People who are ignored, or whose area is out of range, come
 * last and make the detection ignored; so does being out of range oneself and nobody's match.
 *
 * @param detections by falling score.
 * @param similarities OKS [detection][person].
 * @param thresholds of OKS.
 */
export function matchPeople(
  detections: readonly Detection[], people: readonly AnnotatedPerson[], similarities: readonly (readonly number[])[],
  range: AreaRange, thresholds: readonly number[],
): ImageMatches {
  const ignored = people.map((person) => person.ignored || !isWithin(person.area, range));
  const indices = people.map((_, i) => i);
  const order = [...indices.filter((i) => !ignored[i]), ...indices.filter((i) => ignored[i])];
  const detectionInRange = detections.map(({ keypoints }) => isWithin(extentOf(keypoints), range));

  const outcomes = thresholds.map((threshold) => {
    const taken = new Set<number>();
    return detections.map((_, d): Outcome => {
      const match = bestMatch(similarities[d], threshold, taken);
      if (match === undefined) return detectionInRange[d] ? 'wrong' : 'ignored';
      taken.add(match);
      return ignored[match] ? 'ignored' : 'right';
    });
  });
  return {
    scores: detections.map(({ score }) => score),
    outcomes,
    people: ignored.filter((each) => !each).length,
  };

  function bestMatch(similarityTo: readonly number[], threshold: number, taken: ReadonlySet<number>): number | undefined {
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
    return best;
  }
}
