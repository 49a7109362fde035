import { access, constants, mkdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { ManyposeError, messageOf } from '../errors.ts';
import { isStream, writeWhole } from './write-whole.ts';

export interface OutputRules {
  /** Files that are read: never written, whatever their names and links. */
  readonly inputs: readonly string[];
  /** Replace what is there. */
  readonly force: boolean;
}

/**
 * Checks, before any work is done, that every file can be written.
 *
 * @throws ManyposeError `invalid-argument` for one that is an input, is there already (without `force`), is a folder,
 *   is to be written twice, or lies where no file can be written.
 */
export async function checkOutputs(paths: readonly string[], { inputs, force }: OutputRules): Promise<void> {
  const read = new Map<string, string>();
  for (const input of inputs) {
    const identity = await identityOf(input);
    if (identity) read.set(identity.id, input);
  }
  const seen = new Set<string>();
  for (const path of paths) {
    if (seen.has(resolve(path))) throw invalid(`${path} would be written twice`);
    seen.add(resolve(path));
    const there = await identityOf(path);
    if (there?.isFolder) throw invalid(`${path} is a folder`);
    const input = there && read.get(there.id);
    if (input !== undefined)
      throw invalid(`${path} is ${input === path ? 'an input' : `the input ${input}`}, which is never written over`);
    if (there && !force && !(await isStream(path))) throw invalid(`${path} is there already; --force replaces it`);
    await checkFolder(dirname(path));
  }
}

/** Checks that a folder is there, or can be made, and can be written to. */
export async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw unwritable(folder, cause);
  });
  if (!found) return dirname(folder) === folder ? undefined : checkFolder(dirname(resolve(folder)));
  if (!found.isDirectory()) throw invalid(`${folder} is a file, not a folder`);
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw unwritable(folder, cause);
  });
}

/** Writes a whole file that `checkOutputs` has seen, in a folder that is made if need be. */
export async function writeOutput(path: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  await writeWhole(path, content);
}

/** Makes a folder that `checkFolder` has seen, with those around it. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw unwritable(folder, cause);
  });
}

function unwritable(folder: string, cause: unknown): ManyposeError {
  return invalid(`the folder ${folder} cannot be written to: ${messageOf(cause)}`, cause);
}

/** The file that a path leads to, by all its links; undefined if there is none. */
async function identityOf(path: string): Promise<{ id: string; isFolder: boolean } | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && { id: `${found.dev} ${found.ino}`, isFolder: found.isDirectory() };
}

/**
 * Names for each file's outputs, in one folder: the file's own with other endings, told apart where files of several
 * folders or kinds have the same: `a.png`, or `a.jpg.png` and `a.webp.png`, and then `a.jpg-2.png`.
 *
 * @returns per file, a name for each ending.
 */
export function outputNames(files: readonly string[], endings: readonly string[]): string[][] {
  const stems = files.map((file) => basename(file, extname(file)));
  const whole = files.map((file) => basename(file));
  // As a file system that does not tell capitals from small letters sees it.
  const key = (name: string): string => name.normalize().toLowerCase();
  const times = new Map<string, number>();
  for (const stem of stems) times.set(key(stem), (times.get(key(stem)) ?? 0) + 1);
  const taken = new Set<string>();
  return files.map((_, i) => {
    const name = times.get(key(stems[i])) === 1 ? stems[i] : whole[i];
    const named = (stem: string): string[] => endings.map((ending) => `${stem}${ending}`);
    let names = named(name);
    for (let n = 2; names.some((each) => taken.has(key(each))); n++) names = named(`${name}-${n}`);
    for (const each of names) taken.add(key(each));
    return names;
  });
}

function invalid(message: string, cause?: unknown): ManyposeError {
  return new ManyposeError('invalid-argument', message, { cause });
}
