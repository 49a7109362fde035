import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeTinyPeople } from '../support/tiny-people.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm pack` tells of a package. */
export interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Where the packed packages lie, for the tests' processes. */
const VARIABLE = 'MANYPOSE_PACKED';
export const packedFolder = (): string => process.env[VARIABLE]!;

/**
 * Builds and packs manypose once for all tests, as npm would. Beside it lies the package of weights with a tiny network
 * in place of the real one, whose 60 MB are not what is tested here.
 */
export default async function setup(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'manypose-packed-'));
  process.env[VARIABLE] = folder;
  // What npm does before it packs; apart, because it prints to where the list of files goes.
  execFileSync('npx', ['rollup', '--config', '--silent'], { cwd: root, stdio: 'inherit' });
  const weights = join(folder, 'weights');
  mkdirSync(weights);
  for (const file of ['package.json', 'README.md']) copyFileSync(join(root, 'models/coco_w32', file), join(weights, file));
  await writeTinyPeople(weights);
  writeFileSync(join(folder, 'packed.json'), JSON.stringify([pack(root, folder), pack(weights, folder)]));
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Packs one package into a folder; without scripts, so without building it. */
export function pack(from: string, to: string, ...options: string[]): Packed {
  const printed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', to, ...options], {
    cwd: from,
    encoding: 'utf8',
    maxBuffer: 1e8,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // A list, or in later versions of npm an object by name.
  return Object.values(JSON.parse(printed) as Record<string, Packed>)[0];
}
