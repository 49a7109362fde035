import { brandOf } from './brand.ts';
import { ManyposeError, messageOf } from './errors.ts';
import { didYouMean } from './nearest-name.ts';

/** What an option may be. */
export interface Expected {
  /** In words: `a whole number from 1 to 30`. */
  readonly words: string;
  is(value: unknown): boolean;
}

/** What every option of `Options` may be: one that is missing here does not compile. */
export type OptionTable<Options> = { readonly [Name in keyof Options]-?: Expected };

export const flag: Expected = { words: 'true or false', is: (value) => typeof value === 'boolean' };
export const finite: Expected = { words: 'a finite number', is: Number.isFinite };
export const positive: Expected = { words: 'a positive number', is: (value) => Number.isFinite(value) && (value as number) > 0 };
export const text: Expected = { words: 'a text that is not empty', is: (value) => typeof value === 'string' && value !== '' };
export const callback: Expected = { words: 'a function', is: (value) => typeof value === 'function' };

export function whole(least: number, most: number): Expected {
  return {
    words: `a whole number from ${least} to ${most}`,
    is: (value) => Number.isInteger(value) && least <= (value as number) && (value as number) <= most,
  };
}

export function oneOf(values: readonly string[]): Expected {
  return { words: `one of '${values.join("', '")}'`, is: (value) => values.includes(value as string) };
}

/** An object of a class of the platform, of whichever realm. */
export function branded(words: string, brand: string): Expected {
  return { words, is: (value) => brandOf(value) === brand };
}

/** An object that is known by what it has. */
export function having(words: string, ...names: readonly string[]): Expected {
  return { words, is: (value) => typeof value === 'object' && value !== null && names.every((name) => name in value) };
}

/**
 * Reads options, each of them once, and checks them against their table. One that is undefined counts as left out.
 *
 * @param where whose they are, for the message.
 * @returns a copy.
 * @throws ManyposeError `invalid-argument` for what is no object, an unknown name, and a value that may not be or that
 *   cannot be read.
 */
export function readOptions<Options extends object>(where: string, options: Options, table: OptionTable<Options>): Options {
  const given: unknown = options;
  try {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw invalid(where, `expected options as an object, got ${shown(given)}`);
    }
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(table, name)) throw invalid(where, unknownOption(name, table));
    }
    const read: Partial<Options> = {};
    for (const name in table) {
      const value = options[name];
      checkValue(where, name, value, table[name]);
      if (value !== undefined) read[name] = value;
    }
    return read as Options;
  } catch (cause) {
    if (cause instanceof ManyposeError) throw cause;
    throw invalid(where, `the options cannot be read: ${messageOf(cause)}`, cause);
  }
}

function unknownOption(name: string, table: object): string {
  const known = Object.keys(table);
  return `there is no option '${name.slice(0, 40)}'${didYouMean(name, known)}; there are ${known.join(', ')}`;
}

/**
 * Checks one argument. One that is undefined counts as left out.
 *
 * @throws ManyposeError `invalid-argument`.
 */
export function checkValue(where: string, name: string, value: unknown, expected: Expected): void {
  if (value === undefined || expected.is(value)) return;
  throw invalid(where, `${name} must be ${expected.words}, got ${shown(value)}`);
}

function invalid(where: string, message: string, cause?: unknown): ManyposeError {
  return new ManyposeError('invalid-argument', `${where}: ${message}`, { cause });
}

/** A value in a message: short, and a text told apart from a number. */
function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`;
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(shown).join(', ')}]`;
  return typeof value === 'object' && value !== null ? `an object` : String(value);
}
