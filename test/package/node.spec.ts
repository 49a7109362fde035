import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { root } from './pack.ts';
import type { Project } from './project.ts';
import { unpackedProject } from './project.ts';

let project: Project;
test.beforeAll(() => void (project = unpackedProject('webgpu', '@napi-rs/canvas')));
test.afterAll(() => project?.remove());

const CHROMIUM_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** What a command prints in the project, and its exit status. */
function node(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const driver = !process.env.VK_ICD_FILENAMES && existsSync(CHROMIUM_DRIVER) ? { VK_ICD_FILENAMES: CHROMIUM_DRIVER } : {};
  const { status, stdout, stderr } = spawnSync('node', args, {
    cwd: project.folder,
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, ...driver, FORCE_COLOR: undefined, NODE_OPTIONS: '' },
  });
  return { status, stdout, stderr };
}

const command = (...args: string[]): ReturnType<typeof node> => node('node_modules/manypose/dist/cli/manypose.js', ...args);

/** Hides an installed package while work is done. */
function without<Result>(name: string, work: () => Result): Result {
  const path = join(project.folder, 'node_modules', name);
  renameSync(path, `${path}.hidden`);
  try {
    return work();
  } finally {
    renameSync(`${path}.hidden`, path);
  }
}

test.describe('in Node', { tag: '@quick' }, () => {
  for (const [how, load] of [
    ['import', "await import('manypose')"],
    ['require', "require('node:module').createRequire(process.cwd() + '/')('manypose')"],
  ]) {
    test(`${how} gives the library, says nothing and adds nothing to the globals`, () => {
      const code =
        `const before = Object.keys(globalThis).length; const names = Object.keys(${load});` +
        'console.log(JSON.stringify({ names, added: Object.keys(globalThis).length - before }));';
      const type = how === 'import' ? 'module' : 'commonjs';
      const { stdout, stderr } = node(`--input-type=${type}`, '-e', code);
      expect(stderr).toBe('');
      const { names, added } = JSON.parse(stdout) as { names: string[]; added: number };
      expect(names).toEqual(expect.arrayContaining(['createDetector', 'drawPoses', 'ManyposeError']));
      expect(added).toBe(0);
    });
  }

  test('manypose/evaluation scores poses, without the rest of the library', () => {
    const code = `import { COCO, evaluate, parseAnnotations, scoreTable } from 'manypose/evaluation';
      const place = COCO.names.flatMap((_, k) => [10 * k, 5 * k, 2]);
      const annotations = parseAnnotations({
        images: [{ id: 'a' }], categories: [{ id: 1, name: 'person', keypoints: COCO.names }],
        annotations: [{ id: 1, image_id: 'a', category_id: 1, bbox: [0, 0, 160, 80], area: 5000, keypoints: place }],
      });
      console.log(scoreTable(evaluate(annotations, new Map([['a', [{ keypoints: place, score: 1 }]]]))));`;
    expect(node('--input-type=module', '-e', code)).toEqual({
      status: 0,
      stderr: '',
      stdout:
        'AP     AP50   AP75   APm    APl    AR     AR50   AR75   ARm    ARl\n' +
        '1.000  1.000  1.000  1.000  -      1.000  1.000  1.000  1.000  -\n',
    });
  });

  for (const runtime of ['webgpu', 'wasm']) {
    test(`a script finds people on ${runtime}, with the installed weights, says nothing else and ends`, () => {
      expect(node('node/script.mjs', 'public/skiers.jpg', runtime)).toEqual({
        status: 0,
        stdout: expect.stringMatching(new RegExp(`^[1-9]\\d* people on ${runtime}\n$`)),
        stderr: '',
      });
    });
  }

  test("the README's script finds people on WebAssembly, and with the README's other lines on a GPU", () => {
    const [, section] = /\n## In Node\n([^]*?)\n## /.exec(readFileSync(join(root, 'README.md'), 'utf8'))!;
    const [script, gpu] = [...section.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code);
    const picture = `
      import { createCanvas, loadImage } from '@napi-rs/canvas';
      const image = await loadImage('public/skiers.jpg');
      const { width, height } = image;
      const context = createCanvas(width, height).getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);\n`;
    const told = '\nconsole.log(`${poses.length} people on ${detector.info.runtime}`);';
    const run = (code: string): ReturnType<typeof node> => node('--input-type=module', '-e', picture + code + told);
    const found = (runtime: string) => ({
      status: 0,
      stdout: expect.stringMatching(new RegExp(`^[1-9]\\d* people on ${runtime}\n$`)),
      stderr: '',
    });
    expect(without('webgpu', () => run(script))).toEqual(found('wasm'));
    // By name: the tests' GPU is a driver that computes on the CPU.
    expect(run(gpu + script.replace('createDetector()', "createDetector({ runtime: 'webgpu' })"))).toEqual(found('webgpu'));
  });

  test('a script finds people without saying on what, and without any other package', () => {
    const code =
      "const { createDetector } = await import('manypose'); const detector = await createDetector();" +
      'await detector.estimatePoses({ data: new Uint8Array(4 * 64 * 64), width: 64, height: 64 }); console.log(detector.info.runtime);';
    expect(without('webgpu', () => node('--input-type=module', '-e', code))).toEqual({ status: 0, stdout: 'wasm\n', stderr: '' });
  });

  test('a script without WebGPU is told which package brings it, and nothing of a browser', () => {
    const { stdout } = node(
      '--input-type=module',
      '-e',
      "const { createDetector } = await import('manypose'); await createDetector({ runtime: 'webgpu' }).catch((e) => console.log(e.code, e.message));",
    );
    expect(stdout).toMatch(/^no-runtime .*npm package "webgpu"/);
    expect(stdout).not.toContain('browser');
  });

  test('a script without weights is told which package brings them', () => {
    const { stdout } = without('@manypose/coco-w32', () =>
      node(
        '--input-type=module',
        '-e',
        "const { createDetector } = await import('manypose'); await createDetector().catch((e) => console.log(e.code, e.message));",
      ),
    );
    expect(stdout).toMatch(/^download-failed .*npm install @manypose\/coco-w32/);
  });

  test('the command finds people', () => {
    const { status, stdout, stderr } = command('pose', 'public/skiers.jpg', '--runtime', 'webgpu', '--json', 'poses.json');
    expect({ status, stdout, stderr: stderr.replace(/^Warning: .*|^ +at .*/gm, '').trim() }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^public\/skiers\.jpg: [1-9]\d* people/),
      stderr: '',
    });
    const [{ width, poses }] = JSON.parse(readFileSync(join(project.folder, 'poses.json'), 'utf8')) as [
      { width: number; poses: { keypoints: unknown[] }[] },
    ];
    expect(width).toBe(640);
    expect(poses[0].keypoints).toHaveLength(17);
  });

  test('the command names the line that brings what it lacks', () => {
    const args = ['pose', 'two words.jpg', '--flip'];
    for (const [name, spec] of [
      ['@napi-rs/canvas', '@napi-rs/canvas@1'],
      ['@manypose/coco-w32', '@manypose/coco-w32@0.1'],
    ]) {
      const { status, stderr } = without(name, () => command(...args));
      expect(status, stderr).toBe(1);
      expect(stderr).toMatch(/npx --package=manypose@\S+ .*-- manypose pose 'two words\.jpg' --flip\n/);
      expect(stderr).toContain(` --package=${spec} `);
    }
  });
});
