/** Spaces out attempts at something that fails again and again. */
export interface Backoff {
  /** @throws Error, with the seconds until then, if it is too early for another attempt. */
  begin(): void;
  /** It works: the next attempt may come at once. */
  succeeded(): void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** The first attempt may come at once, the next ones after 1, 2, 4, … up to 60 seconds. */
export function createBackoff(now: () => number = () => performance.now()): Backoff {
  let earliest = -Infinity;
  let wait = FIRST_WAIT_MS;
  return {
    begin() {
      const early = earliest - now();
      if (early > 0) throw new Error(`it is tried again in ${Math.ceil(early / 1000)} s`);
      earliest = now() + wait;
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    },
    succeeded() {
      earliest = -Infinity;
      wait = FIRST_WAIT_MS;
    },
  };
}
