import { readFile } from 'node:fs/promises';
import { ManyposeError, messageOf } from '../errors.ts';

/**
 * Reads a JSON file of annotations or results.
 *
 * @throws ManyposeError `invalid-argument` if it cannot be read, `invalid-annotations` if it is not what `parse` expects.
 */
export async function readJson<Result>(file: string, parse: (json: unknown) => Result): Promise<Result> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ManyposeError('invalid-argument', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  });
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    throw new ManyposeError('invalid-annotations', `${file}: ${messageOf(cause)}`, { cause });
  }
}
