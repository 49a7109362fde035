import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ManyposeError, messageOf } from '../errors.ts';

/**
 * Writes a file beside its place and moves it there, so that it is never there in part. A device or a pipe is written to:
 * `/dev/stdout` is no place for a file.
 *
 * @throws ManyposeError `invalid-argument` where it cannot be written.
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const beside = besideOf(path);
  try {
    if (await isStream(path)) return await writeFile(path, content);
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw new ManyposeError('invalid-argument', `${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}

/** Names of files that the process has open: links to whatever they are. */
const OPEN_FILES = /^\/dev\/(std(in|out|err)|fd\/\d+)$|^\/proc\/(self|\d+)\/fd\/\d+$/;

/** Whether what is written to a path goes on to somewhere else: to a device, a pipe, or what one of them stands for. */
export async function isStream(path: string): Promise<boolean> {
  if (OPEN_FILES.test(resolve(path))) return true;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** Where a file is written before it is moved to its place: in the same folder, so that moving is one step. */
export function besideOf(path: string): string {
  return `${path}.${process.pid}.part`;
}
