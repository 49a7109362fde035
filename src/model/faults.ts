import { ManyposeError } from '../errors.ts';
import type { FAULT_WORDS } from './fault-words.ts';

type Words = typeof FAULT_WORDS;

/** Something that is wrong with a manifest or a descriptor: which of the sentences, and what stands in it. */
export type Fault = { [Kind in keyof Words]: readonly [Kind, ...Parameters<Words[Kind]>] }[keyof Words];

/** How many faults a message lists. */
const LISTED = 10;

/** The error `invalid-model` that tells what is wrong, in words that are loaded for it. */
export async function invalidModel(what: string, faults: readonly Fault[]): Promise<ManyposeError> {
  const { FAULT_WORDS } = await import('./fault-words.ts');
  const told = faults
    .slice(0, LISTED)
    .map(([kind, ...parts]) => (FAULT_WORDS[kind] as (...parts: unknown[]) => string)(...parts));
  const more = faults.length > LISTED ? `; and ${faults.length - LISTED} more` : '';
  return new ManyposeError('invalid-model', `${what}: ${told.join('; ')}${more}`);
}
