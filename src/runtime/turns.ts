import { ManyposeError } from '../errors.ts';

/** Serves calls one after another, in the order in which they came. */
export interface Turns {
  /** Whether nothing is under way or waiting. */
  readonly idle: boolean;
  /**
   * To be asked before anything is taken from a caller: what waits holds a copy of its picture.
   *
   * @throws ManyposeError `busy` if no more can wait.
   */
  checkRoom(): void;
  /** Serves a call when those before it have ended, well or not; one that finds nothing under way starts at once. */
  take<Result>(serve: () => Promise<Result>): Promise<Result>;
  /** Resolves when every call so far has ended. */
  ended(): Promise<void>;
}

/** Calls under way or waiting, at most. Each may hold a picture of tens of megabytes. */
export const MAX_TURNS = 32;

export function createTurns(): Turns {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    get idle() {
      return waiting === 0;
    },
    checkRoom() {
      if (waiting < MAX_TURNS) return;
      throw new ManyposeError(
        'busy',
        `${MAX_TURNS} calls are waiting already: await results, and leave out frames that come meanwhile`,
      );
    },
    take(serve) {
      const result = waiting === 0 ? serve() : last.then(serve);
      waiting++;
      last = result.then(
        () => waiting--,
        () => waiting--,
      );
      return result;
    },
    async ended() {
      await last;
    },
  };
}
