import type { Scores } from './evaluate.ts';

/** Scores as a table of two lines: names above, numbers of three decimals below, '-' where there was nobody to find. */
export function scoreTable(scores: Scores): string {
  const cells = Object.entries(scores).map(([name, value]) => [name, value === null ? '-' : value.toFixed(3)]);
  const row = (of: number): string => cells.map((cell) => cell[of].padEnd(5)).join('  ').trimEnd();
  return `${row(0)}\n${row(1)}`;
}
