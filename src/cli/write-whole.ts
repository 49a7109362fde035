import { rename, rm, writeFile } from 'node:fs/promises';
import { ManyposeError, messageOf } from '../errors.ts';

/**
 * Writes a file beside its place and moves it there, so that it is never there in part.
 *
 * @throws ManyposeError `invalid-argument` where it cannot be written.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true });
    throw new ManyposeError('invalid-argument', `${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}
