import { rename, rm, writeFile } from 'node:fs/promises';
import { ManyposeError, messageOf } from '../errors.ts';

/**
 * Writes a file beside its place and moves it there, so that it is never there in part.
 *
 * @throws ManyposeError `invalid-argument` where it cannot be written.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const beside = besideOf(path);
  try {
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw new ManyposeError('invalid-argument', `${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** Where a file is written before it is moved to its place: in the same folder, so that moving is one step. */
export function besideOf(path: string): string {
  return `${path}.${process.pid}.part`;
}
