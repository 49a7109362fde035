import { ManyposeError } from '../errors.ts';
import type { Id } from './annotations.ts';

/** How many faults a message lists. */
const LISTED = 5;

/** Collects what is wrong with a file from outside, so that one error can tell more than the first fault. */
export class Faults {
  readonly #faults: string[] = [];

  /** Notes the fault unless `ok`; returns `ok`. */
  check(ok: boolean, fault: () => string): boolean {
    if (!ok) this.#faults.push(fault());
    return ok;
  }

  /** @throws ManyposeError `invalid-annotations` if there are any. */
  throwAny(what: string): void {
    const count = this.#faults.length;
    if (count === 0) return;
    const more = count > LISTED ? `; and ${count - LISTED} more` : '';
    throw new ManyposeError('invalid-annotations', `${what}: ${this.#faults.slice(0, LISTED).join('; ')}${more}`);
  }
}

/** Whether a value can name an image or annotation. */
export function isId(value: unknown): value is Id {
  return Number.isInteger(value) || typeof value === 'string';
}

/** Whether a value is a list of exactly `length` finite numbers. */
export function isFiniteList(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((number) => Number.isFinite(number));
}
