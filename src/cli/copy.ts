import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ManyposeError } from '../errors.ts';
import { WEIGHTS_FOLDER, WEIGHTS_PACKAGE, installedModel } from '../model/default-model.ts';
import { MANIFEST_FILE } from '../model/manifest.ts';
import { missingPackage } from './packages.ts';

export const COPY_USAGE = `manypose copy DIR

Copies the installed weights, ${WEIGHTS_PACKAGE}, to DIR/${basename(WEIGHTS_FOLDER)}, from where a page can fetch them: DIR is
what the server shows as models/, public/models in most projects. Downloads nothing.`;

/** `manypose copy`. */
export async function copyCommand(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  if (positionals.length !== 1) throw new ManyposeError('invalid-argument', `one DIR expected\n\n${COPY_USAGE}`);
  const manifest = installedModel();
  if (!manifest) throw new ManyposeError('invalid-model', missingPackage('The weights are', WEIGHTS_PACKAGE));
  const from = dirname(fileURLToPath(manifest));
  const to = join(positionals[0], basename(WEIGHTS_FOLDER));
  await mkdir(to, { recursive: true });
  // The manifest last: where it is, its shards are there already.
  const shards = (await readdir(from)).filter((name) => name.endsWith('.bin'));
  for (const name of [...shards, MANIFEST_FILE]) await cp(join(from, name), join(to, name));
  for (const name of await readdir(to)) if (name.endsWith('.bin') && !shards.includes(name)) await rm(join(to, name));
  console.log(`${to}: ${shards.length + 1} files`);
}
