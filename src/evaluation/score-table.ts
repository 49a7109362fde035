import type { Scores } from './evaluate.ts';

/** One row of a table of scores. */
export interface ScoreRow {
  readonly title: string;
  readonly scores: Scores;
}

/** The scores of one set of poses as a table of two lines. */
export function scoreTable(scores: Scores): string {
  return titledScoreTable([{ title: '', scores }]);
}

/**
 * Scores as a table: names above, numbers of three decimals below, '-' where there was nobody to find. Rows are
 * titled if there are several.
 */
export function titledScoreTable(rows: readonly ScoreRow[]): string {
  const names = Object.keys(rows[0]?.scores ?? {}) as (keyof Scores)[];
  const titleWidth = rows.length > 1 ? Math.max(...rows.map(({ title }) => title.length)) : 0;
  const row = (title: string, cells: readonly string[]): string =>
    [...(titleWidth > 0 ? [title.padEnd(titleWidth)] : []), ...cells.map((cell) => cell.padEnd(5))].join('  ').trimEnd();
  const numbers = ({ scores }: ScoreRow): string[] => names.map((name) => scores[name]?.toFixed(3) ?? '-');
  return [row('', names), ...rows.map((each) => row(each.title, numbers(each)))].join('\n');
}
