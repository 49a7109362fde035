import { ManyposeError } from '../errors.ts';

/**
 * A whole number of the command line.
 *
 * @param option its name, without dashes.
 * @throws ManyposeError `invalid-argument` for anything else, or what is less than `least`.
 */
export function countOf<Text extends string | undefined>(
  option: string,
  text: Text,
  least: number,
): Text extends string ? number : number | undefined {
  type Result = Text extends string ? number : number | undefined;
  if (text === undefined) return undefined as Result;
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= least) return number as Result;
  throw new ManyposeError('invalid-argument', `--${option} must be a whole number from ${least}, got ${text}`);
}
