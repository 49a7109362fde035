import { printable } from '../printable.ts';
import { isRecord } from './values.ts';

/** A value from outside, short enough for a message, however long and deep it is. */
export function shown(value: unknown): string {
  return printable(outline(value, 3), 60);
}

function outline(value: unknown, depth: number): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value))
    return depth > 0
      ? `[${value
          .slice(0, 20)
          .map((item) => outline(item, depth - 1))
          .join()}]`
      : '[...]';
  if (isRecord(value)) return `{${Object.keys(value).slice(0, 5).join()}}`;
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value);
}
