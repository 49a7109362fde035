/** Tells how far a long command has come. */
export interface Progress {
  /** After each piece: what it was, and what came of it. */
  step(name: string, result: string): void;
  /** Leaves the terminal as other output expects it. */
  end(): void;
}

/** What a bar is drawn on: a terminal, by its own standard error. */
export type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;

const BAR_CELLS = 24;
const USUAL_COLUMNS = 80;

/**
 * A bar with the time left, on a terminal; elsewhere (a file, a pipe, a server's log) a plain line for each piece.
 *
 * @param total pieces, those done earlier included.
 * @param done earlier, by a run that was interrupted; they say nothing about the time.
 */
export function createProgress(
  total: number,
  done = 0,
  terminal: Terminal = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const start = now();
  let count = done;
  if (!terminal.isTTY) {
    return { step: (name, result) => console.log(`${++count}/${total} ${name}: ${result}`), end: () => {} };
  }
  return {
    step(name, result) {
      count++;
      const perPiece = (now() - start) / (count - done);
      const filled = Math.round((BAR_CELLS * count) / total);
      const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}]`;
      const left = count < total ? `${duration(perPiece * (total - count))} left` : `${duration(now() - start)} in all`;
      const line = `${bar} ${count}/${total}  ${left}  ${name}: ${result}`;
      // A line that wraps could not be drawn over. Some terminals do not tell their width.
      terminal.write(`\r${line.slice(0, (terminal.columns || USUAL_COLUMNS) - 1)}\x1b[K`);
    },
    end: () => void terminal.write('\n'),
  };
}

/** Milliseconds in words: `48 s`, `3 min 05 s`, `1 h 12 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
}
