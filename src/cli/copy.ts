import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ManyposeError } from '../errors.ts';
import { WEIGHTS_FOLDER, WEIGHTS_PACKAGE } from '../model/weights-package.ts';
import { installedModel } from '../model/installed-model.ts';
import { MANIFEST_FILE } from '../model/manifest.ts';
import { printable } from '../printable.ts';
import { checkOutputs } from './outputs.ts';
import { missingPackage } from './packages.ts';
import { checkModelFolder, writeModel } from './write-model.ts';

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
  const names = (await readdir(from)).filter((name) => name.endsWith('.bin') || name === MANIFEST_FILE);
  // A copy made before is replaced without asking: builds copy every time.
  await checkModelFolder(to, true);
  await checkOutputs(
    names.map((name) => join(to, name)),
    { inputs: names.map((name) => join(from, name)), force: true },
  );
  await writeModel(
    to,
    await Promise.all(names.map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(from, name))) }))),
  );
  console.log(`${printable(to)}: ${names.length} files`);
}
