import { mkdir, readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFile } from '../convert/write.ts';

/** Writes a model's files into a folder, and takes away the shards of an earlier model that it does not have. */
export async function writeModel(folder: string, files: readonly ModelFile[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const written = new Set(files.map(({ name }) => name));
  for (const { name, bytes } of files) await writeFile(join(folder, name), bytes);
  for (const name of await readdir(folder)) {
    if (/^weights-\d+of\d+\.bin$/.test(name) && !written.has(name)) await unlink(join(folder, name));
  }
}
