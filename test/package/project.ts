import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packedFolder, root } from './pack.ts';
import type { Packed } from './pack.ts';

/** Somebody's project, with manypose and its weights installed. */
export interface Project {
  readonly folder: string;
  /** Runs a command in it; its output. Throws with all of the output if the command fails. */
  run(command: string, ...args: string[]): string;
  remove(): void;
}

export const packed = (): Packed[] => JSON.parse(readFileSync(join(packedFolder(), 'packed.json'), 'utf8')) as Packed[];

/** A project with a copy of `app/` in it, and nothing installed. */
export function emptyProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'manypose-project-'));
  cpSync(join(root, 'test/package/app'), folder, { recursive: true });
  mkdirSync(join(folder, 'public'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'project', private: true, type: 'module' }));
  cpSync(join(root, 'demo/samples/skiers.jpg'), join(folder, 'public/skiers.jpg'));
  return {
    folder,
    run: (command, ...args) => run(folder, command, args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function run(cwd: string, command: string, args: readonly string[]): string {
  const env = { ...process.env, NODE_ENV: undefined, FORCE_COLOR: undefined, NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1' };
  try {
    return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: 'pipe', maxBuffer: 1e8 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${[command, ...args].join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** The packages as npm unpacks them; what they need comes from the clone's node_modules, so nothing is downloaded. */
export function unpackedProject(...tools: string[]): Project {
  const project = emptyProject();
  const modules = join(project.folder, 'node_modules');
  for (const { name, filename } of packed()) {
    mkdirSync(join(modules, name), { recursive: true });
    run(project.folder, 'tar', ['-xzf', join(packedFolder(), filename), '-C', join(modules, name), '--strip-components=1']);
  }
  const { peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    peerDependencies: Record<string, string>;
    peerDependenciesMeta: Record<string, unknown>;
  };
  const required = Object.keys(peerDependencies).filter((name) => !(name in peerDependenciesMeta));
  for (const name of [...required, ...tools]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  return project;
}

/** The packages as npm installs them, and other packages from its cache or the registry. */
export function installedProject(dependencies: Record<string, string> = {}): Project {
  const project = emptyProject();
  writeFileSync(
    join(project.folder, 'package.json'),
    JSON.stringify({
      name: 'project',
      private: true,
      type: 'module',
      dependencies: {
        ...Object.fromEntries(packed().map(({ name, filename }) => [name, `file:${join(packedFolder(), filename)}`])),
        ...dependencies,
      },
    }),
  );
  project.run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error');
  return project;
}
