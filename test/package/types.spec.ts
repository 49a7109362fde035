import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Project } from './project.ts';
import { installedProject, unpackedProject } from './project.ts';

const RESOLUTIONS = {
  bundler: { module: 'ESNext', moduleResolution: 'bundler' },
  node16: { module: 'Node16', moduleResolution: 'node16' },
};
/** What a project's settings say about where its code runs. */
const PLACES = {
  page: { lib: ['ES2022', 'DOM'], types: [] },
  worker: { lib: ['ES2022', 'WebWorker'], types: [] },
  node: { lib: ['ES2022'], types: ['node'] },
};

/** Compiles a file of `types/` with everything checked, declarations included. */
function compile(project: Project, compiler: string, place: keyof typeof PLACES, resolution: keyof typeof RESOLUTIONS): string {
  const config = `tsconfig.${place}.${resolution}.json`;
  writeFileSync(
    join(project.folder, config),
    JSON.stringify({
      compilerOptions: {
        target: 'ES2022',
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        exactOptionalPropertyTypes: true,
        ...RESOLUTIONS[resolution],
        ...PLACES[place],
      },
      files: [`types/${place}.ts`],
    }),
  );
  return project.run('node', compiler, '-p', config);
}

function declareTests(title: string, open: () => Project, compilers: Record<string, string>): void {
  let project: Project;
  test.beforeAll(() => void (project = open()));
  test.afterAll(() => project?.remove());
  for (const [version, compiler] of Object.entries(compilers)) {
    test(`${title} ${version}`, () => {
      for (const place of Object.keys(PLACES) as (keyof typeof PLACES)[]) {
        for (const resolution of Object.keys(RESOLUTIONS) as (keyof typeof RESOLUTIONS)[]) {
          expect(compile(project, compiler, place, resolution)).toBe('');
        }
      }
    });
  }
}

test.describe('declarations compile', { tag: '@quick' }, () => {
  declareTests("with the clone's", () => unpackedProject('typescript', '@types/node'), {
    TypeScript: 'node_modules/typescript/bin/tsc',
  });
});

test.describe('declarations compile', () => {
  const alias = (version: string): string => `typescript-${version}`;
  // Node's own types of a compiler's time: neither knows those of the other's.
  for (const [nodeTypes, versions] of [
    ['20.11.30', ['5.4', '5.6']],
    ['^24', ['5.9', '6.0', '7.0']],
  ] as const) {
    test.describe(() => {
      declareTests(
        'with TypeScript',
        () =>
          installedProject({
            '@types/node': nodeTypes,
            ...Object.fromEntries(versions.map((version) => [alias(version), `npm:typescript@~${version}.0`])),
          }),
        Object.fromEntries(versions.map((version) => [version, `node_modules/${alias(version)}/bin/tsc`])),
      );
    });
  }
});
