/** What a way of finding poses gives and costs: a model at one input size, with or without schemes at test time. */
export interface FrontierPoint {
  /** What tells this point from the others: `256`, `512 · scales 0.5,1 · flip`. */
  readonly name: string;
  /** Points joined by a line: the same schemes at several sizes. */
  readonly series: string;
  readonly averagePrecision: number;
  /** Of the network, for a photo, on average. */
  readonly multiplyAdds: number;
  /** Of the network, for a photo, the median; null where it was not measured. */
  readonly milliseconds: number | null;
}

/** What a point costs: smaller is better. */
export type Cost = (point: FrontierPoint) => number | null;

export const COSTS: Readonly<Record<'multiplyAdds' | 'milliseconds', Cost>> = {
  multiplyAdds: (point) => point.multiplyAdds,
  milliseconds: (point) => point.milliseconds,
};

/**
 * The points that nothing beats: every other one costs more or finds poses less well. From cheap to dear; of equals the
 * first.
 */
export function frontierOf(points: readonly FrontierPoint[], cost: Cost): FrontierPoint[] {
  const known = points.filter((point) => cost(point) !== null);
  const sorted = known.sort((a, b) => cost(a)! - cost(b)! || b.averagePrecision - a.averagePrecision);
  let best = -Infinity;
  return sorted.filter(({ averagePrecision }) => {
    if (averagePrecision <= best) return false;
    best = averagePrecision;
    return true;
  });
}
