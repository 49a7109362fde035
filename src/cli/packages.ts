import { readFileSync } from 'node:fs';
import { ManyposeError, messageOf } from '../errors.ts';

interface PackageJson {
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** This package's own, two folders above both `src/cli` and `dist/cli`. */
const ownPackage = (): PackageJson =>
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as PackageJson;

/** npm packages that this command line uses and that no app should have to install. */
export type OptionalPackage = '@manypose/coco-w32' | '@napi-rs/canvas' | 'webgpu';

/**
 * The shell command that runs this very command line with packages that are missing: npx keeps them in its own
 * folder and puts nothing into a project.
 */
export function commandWith(packages: readonly OptionalPackage[], args: readonly string[] = process.argv.slice(2)): string {
  const { version, peerDependencies } = ownPackage();
  const specs = [`manypose@${version}`, ...packages.map((name) => `${name}@${majorOf(peerDependencies[name])}`)];
  return `npx ${[...specs.map((spec) => `--package=${spec}`), '--', 'manypose', ...args].map(quoted).join(' ')}`;
}

/**
 * Imports an optional package.
 *
 * @param uses what it is for, as the start of a sentence: "Pictures are read by".
 * @param together what the same command needs besides, so that one line brings all.
 * @throws ManyposeError `no-runtime` that names the command which brings the package, if it is not installed.
 */
export async function optionalPackage<Module>(
  load: () => Promise<Module>,
  uses: string,
  name: OptionalPackage,
  together: readonly OptionalPackage[] = [],
): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && messageOf(cause).includes(`'${name}'`);
    if (!missing)
      throw new ManyposeError('no-runtime', `${uses} the npm package ${name}, which does not start: ${messageOf(cause)}`, {
        cause,
      });
    throw new ManyposeError('no-runtime', missingPackage(uses, name, together), { cause });
  }
}

/** Says that a package is missing, and the command that brings it. */
export function missingPackage(uses: string, name: OptionalPackage, together: readonly OptionalPackage[] = []): string {
  const packages = [...new Set([name, ...together])];
  return `${uses} the npm package ${name}, which is not installed. This runs with it:\n\n  ${commandWith(packages)}\n`;
}

/** `^1.2.3` to `1`, `^0.6.2` to `0.6`: what npm takes for the same, without a sign that a shell may read. */
function majorOf(range: string): string {
  return /^\^((?:0\.)?\d+)/.exec(range)?.[1] ?? range;
}

function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return process.platform === 'win32' ? `"${word.replace(/"/g, '\\"')}"` : `'${word.replace(/'/g, String.raw`'\''`)}'`;
}
