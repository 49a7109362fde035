import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ablateCommand } from '../../src/cli/ablate.ts';
import { evaluateCommand } from '../../src/cli/evaluate.ts';
import { frontierCommand } from '../../src/cli/frontier.ts';
import { tuneCommand } from '../../src/cli/tune.ts';

const ANNOTATIONS = fileURLToPath(new URL('../fixtures/eval/coco_gt_dataset.json', import.meta.url));

// Annotations name the photos that are read, whatever their names look like.
let folder: string;
const path = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manypose-kept-'));
  const annotations = JSON.parse(await readFile(ANNOTATIONS, 'utf8')) as { images: { file_name: string }[] };
  annotations.images[0].file_name = 'photo.json';
  await writeFile(path('annotations.json'), JSON.stringify(annotations));
  await writeFile(path('photo.json'), 'a photo');
  await symlink('photo.json', path('link.json'));
});
afterAll(() => rm(folder, { recursive: true }));

const COMMANDS: Record<string, (args: string[]) => Promise<unknown>> = {
  evaluate: evaluateCommand,
  tune: tuneCommand,
  ablate: ablateCommand,
  frontier: (args) => frontierCommand([...args, '--results', path('runs')]),
};

it.each(
  [
    ['evaluate', '--results'],
    ['evaluate', '--errors'],
    ['evaluate', '--curves'],
    ['tune', '--json'],
    ['ablate', '--json'],
    ['frontier', '--json'],
    ['frontier', '--chart'],
  ].flatMap(([command, option]) => ['photo.json', 'link.json'].map((name) => [command, option, name] as const)),
)('%s %s %s does not write over a photo, before any work', async (command, option, name) => {
  const args = ['--annotations', path('annotations.json'), '--photos', folder, option, path(name), '--force'];
  await expect(COMMANDS[command]([...args, '--model', path('none')])).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringMatching(
      /(photo|link)\.json is (an input|the input .*photo\.json), which is never written over/,
    ) as string,
  });
  expect(await readFile(path('photo.json'), 'utf8')).toBe('a photo');
});
