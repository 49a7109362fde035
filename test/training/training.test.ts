/** Runs the Python tests of models/training where Python has what they need, and converts what it exports. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/convert/checkpoint.ts';
import { convertCheckpoint } from '../../src/convert/convert.ts';
import { decodeFloat16, encodeFloat16 } from '../../src/model/float16.ts';
import { tinyCheckpoint } from '../support/checkpoints.ts';
import { formulaCheckpoint } from '../support/formula-weights.ts';
import { TINY_W4 } from '../support/models.ts';

const TRAINING = fileURLToPath(new URL('../../models/training/', import.meta.url));
/** Twenty seconds of work; machines that run everything at once take longer. */
const TIMEOUT = 600_000;

describeWithPython('training', ['torch', 'numpy', 'cv2'], (python) => {
  it(
    'passes its own tests',
    () => {
      expectTestsToPass(python, ['-s', 'tests', '-t', '.']);
    },
    TIMEOUT,
  );

  describe('export', () => {
    let folder: string;
    const path = (name: string) => join(folder, name);
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'manypose-training-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it(
      'writes a checkpoint that converts to the network it was, in half precision',
      async () => {
        await writeFile(path('tiny.pth'), tinyCheckpoint('legacy'));
        const { status, stderr } = spawnSync(python, ['export.py', path('tiny.pth'), path('exported.pth')], {
          cwd: TRAINING,
          encoding: 'utf8',
        });
        expect(status, stderr).toBe(0);
        const exported = new Uint8Array(await readFile(path('exported.pth')));

        const tensors = await readCheckpoint(exported);
        for (const [name, { shape, data }] of formulaCheckpoint(TINY_W4)) {
          expect(tensors.get(name)?.shape, name).toEqual(shape);
          expect(tensors.get(name)!.data, name).toEqual(decodeFloat16(encodeFloat16(data)));
        }
        const { model } = await convertCheckpoint(exported);
        expect(model).toEqual({ ...TINY_W4, id: 'coco_w4' });
      },
      TIMEOUT,
    );
  });
});

describeWithPython('data preparation', ['numpy', 'cv2'], (python) => {
  it(
    'passes its own tests',
    () => {
      expectTestsToPass(python, ['-s', 'data', '-t', '.']);
    },
    TIMEOUT,
  );
});

/** A suite that is skipped, and says so in its name, where no Python has the modules. */
function describeWithPython(name: string, modules: string[], suite: (python: string) => void): void {
  const python = ['python3', '/usr/bin/python3'].find((candidate) => hasModules(candidate, modules));
  const missing = `no Python of at least 3.10 with ${modules.join(', ')}`;
  describe.skipIf(!python)(python ? name : `${name} (skipped: ${missing})`, () => suite(python!));
}

function hasModules(python: string, modules: string[]): boolean {
  const program =
    'import sys, importlib.util as u\n' +
    'sys.exit(sys.version_info < (3, 10) or any(u.find_spec(name) is None for name in sys.argv[1:]))';
  return spawnSync(python, ['-c', program, ...modules]).status === 0;
}

function expectTestsToPass(python: string, where: string[]): void {
  const { status, stderr } = spawnSync(python, ['-W', 'ignore', '-m', 'unittest', 'discover', ...where], {
    cwd: TRAINING,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  expect(stderr).toMatch(/Ran [1-9]\d* tests/);
}
