import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The parts of src/, a folder or a file each, from the bottom up: each may import from its own and those
 * before it, types included. Those on one line know nothing of each other.
 */
const LAYERS: readonly (readonly string[])[] = [
  ['errors.ts', 'platform.ts', 'printable.ts', 'brand.ts', 'nearest-name.ts'],
  ['pose.ts', 'check-options.ts', 'image-faults.ts'],
  ['frame.ts', 'geometry.ts'],
  ['frame-pixels.ts', 'tensor-pixels.ts', 'ops'],
  ['network', 'inspection.ts'],
  ['model', 'decode', 'draw'],
  ['convert', 'evaluation', 'runtime'],
  ['cpu', 'tfjs', 'wasm', 'webgpu'],
  ['runtimes', 'training'],
  ['options.ts'],
  ['detector.ts'],
  ['cli', 'public.ts'],
  ['index.ts', 'webgpu-entry.ts'],
];

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(folder: string): Import[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('wasm/assembly/'),
  );
  return files.flatMap((file) => {
    const from = join(folder, file);
    const text = readFileSync(join(root, from), 'utf8');
    return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, to]) => ({
      from,
      to: to.startsWith('.') ? join(dirname(from), to.replace(/\?.*/, '')) : to,
    }));
  });
}

const inSource = importsOf('src');
const within = inSource.filter(({ to }) => to.startsWith('src/'));
const partOf = (file: string): string => file.split('/')[1];
const layerOf = (file: string): number => LAYERS.findIndex((parts) => parts.includes(partOf(file)));

describe('imports', () => {
  it('are seen', () => {
    expect(within.length).toBeGreaterThan(400);
  });

  it('come from parts that have a layer', () => {
    const parts = new Set(inSource.map(({ from }) => partOf(from)));
    expect([...parts].filter((part) => !LAYERS.flat().includes(part))).toEqual([]);
    expect(LAYERS.flat().filter((part) => !parts.has(part) && part.includes('.') === false)).toEqual([]);
  });

  it('point down', () => {
    const up = within.filter(({ from, to }) => partOf(from) !== partOf(to) && layerOf(to) >= layerOf(from));
    expect(up.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('make no circle of files', () => {
    const next = new Map<string, string[]>();
    for (const { from, to } of within) next.set(from, [...(next.get(from) ?? []), to]);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file) || path.includes(file)) return;
      for (const other of next.get(file) ?? []) visit(other, [...path, file]);
      done.add(file);
    };
    for (const file of next.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  it("bring shaders to WebGPU's kernels only", () => {
    const others = inSource.filter(({ from, to }) => to.startsWith('shaders/') && !from.startsWith('src/webgpu/kernels/'));
    expect(others).toEqual([]);
  });

  it('of the demo know the public entries alone', () => {
    expect(importsOf('demo').filter(({ from, to }) => to.startsWith('src/') && !from.endsWith('.config.ts'))).toEqual([]);
  });
});
