/** Serves calls one after another, in the order in which they came. */
export interface Turns {
  /** Whether nothing is under way or waiting. */
  readonly idle: boolean;
  /** Serves a call when those before it have ended, well or not; one that finds nothing under way starts at once. */
  take<Result>(serve: () => Promise<Result>): Promise<Result>;
  /** Resolves when every call so far has ended. */
  ended(): Promise<void>;
}

export function createTurns(): Turns {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    get idle() {
      return waiting === 0;
    },
    take(serve) {
      const result = waiting === 0 ? serve() : last.then(serve);
      waiting++;
      last = result.then(() => waiting--, () => waiting--);
      return result;
    },
    async ended() {
      await last;
    },
  };
}
