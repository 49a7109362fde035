import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFile } from '../convert/write.ts';
import { ManyposeError, messageOf } from '../errors.ts';
import { MANIFEST_FILE, MANIFEST_FORMAT } from '../model/manifest.ts';
import { checkFolder, makeFolder } from './outputs.ts';
import { besideOf } from './write-whole.ts';

const SHARD_NAME = /^weights-\d+of\d+\.bin$/;

/**
 * Checks, before any work is done, that a model can be written into a folder.
 *
 * @param replace whether a model that is there may be replaced.
 * @throws ManyposeError `invalid-argument` if a model, or its files without a manifest, are there and `replace` is
 *   false; always, if the `manifest.json` there is not a model's.
 */
export async function checkModelFolder(folder: string, replace: boolean): Promise<void> {
  await checkFolder(folder);
  await shardsThere(folder);
  if (replace) return;
  const there = (await readdir(folder).catch(() => [])).find((name) => name === MANIFEST_FILE || SHARD_NAME.test(name));
  if (there !== undefined) {
    throw new ManyposeError('invalid-argument', `${join(folder, there)} is there already; --force replaces the model`);
  }
}

/**
 * Writes a model's files into a folder that `checkModelFolder` has seen: all beside their places, then moved, the
 * manifest last; then takes away the shards of the model that was there.
 */
export async function writeModel(folder: string, files: readonly ModelFile[]): Promise<void> {
  const manifestLast = [...files].sort((a, b) => Number(a.name === MANIFEST_FILE) - Number(b.name === MANIFEST_FILE));
  const paths = manifestLast.map(({ name }) => join(folder, name));
  const before = await shardsThere(folder);
  await makeFolder(folder);
  try {
    for (const [i, { bytes }] of manifestLast.entries()) await writeFile(besideOf(paths[i]), bytes);
    for (const path of paths) await rename(besideOf(path), path);
  } catch (cause) {
    for (const path of paths) await rm(besideOf(path), { force: true }).catch(() => {});
    throw new ManyposeError('invalid-argument', `${folder} cannot be written: ${messageOf(cause)}`, { cause });
  }
  const names = new Set(files.map(({ name }) => name));
  for (const name of before) if (!names.has(name)) await rm(join(folder, name), { force: true });
}

/** Names of the shards of the model in a folder, by its manifest; none without one. */
async function shardsThere(folder: string): Promise<string[]> {
  const path = join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ManyposeError('invalid-argument', `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  const manifest = parsed(text);
  if (manifest?.format !== MANIFEST_FORMAT) {
    throw new ManyposeError(
      'invalid-argument',
      `${path} is not a model's and is not replaced; give the model a folder of its own`,
    );
  }
  const shards: unknown[] = Array.isArray(manifest.shards) ? manifest.shards : [];
  // Whoever wrote the manifest does not choose what is removed: only names that this program gives.
  return shards
    .map((shard) => (shard as { file?: unknown } | null)?.file)
    .filter((file): file is string => typeof file === 'string' && SHARD_NAME.test(file));
}

function parsed(text: string): { format?: unknown; shards?: unknown } | undefined {
  try {
    return JSON.parse(text) as { format?: unknown } | undefined;
  } catch {
    return undefined;
  }
}
