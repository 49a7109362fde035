import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { convertCommand } from '../../src/cli/convert.ts';
import { mapsCommand } from '../../src/cli/maps.ts';
import { readNpy } from '../../src/cli/npy.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { tinyCheckpoint } from '../support/checkpoints.ts';
import { formulaCheckpoint, formulaInput, formulaWeights } from '../support/formula-weights.ts';
import { TINY_HIGHER } from '../support/models.ts';
import { safetensorsFile, tensorEntries } from '../support/safetensors-builder.ts';
import { describeGpu } from '../support/gpu.ts';
import { floatsOf, readNpz } from '../support/npz.ts';
import { referenceMaps } from '../support/reference-maps.ts';
import { relativeError } from '../support/relative-error.ts';

const golden = readNpz(new URL('../fixtures/networks/tiny_w4.npz', import.meta.url));
const [WIDTH, HEIGHT] = [160, 96];

let folder: string;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  vi.spyOn(console, 'log').mockReturnValue();
  folder = await mkdtemp(join(tmpdir(), 'manypose-maps-'));
  await writeFile(path('tiny.pth'), tinyCheckpoint('zip'));
  await convertCommand([path('tiny.pth'), path('model'), '--dtype', 'f32']);
  await writeFile(path('x.npy'), npyOf([1, 3, HEIGHT, WIDTH], formulaInput(WIDTH, HEIGHT)));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** As numpy.save writes it. */
function npyOf(shape: number[], data: Float32Array): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`.padEnd(117) + '\n';
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(header), Buffer.from(data.buffer)]);
}

async function expectOfficialMaps(runtime: string): Promise<void> {
  const out = path(`${runtime}.npz`);
  await mapsCommand(['--model', path('model'), '--input', path('x.npy'), '--out', out, '--runtime', runtime]);
  const maps = readNpz(out);
  expect([...maps.keys()].sort()).toEqual(['centerMap', 'heatmaps', 'offsetMap']);
  const [heatmaps, centerMap, offsetMap] = ['heatmaps', 'centerMap', 'offsetMap'].map((name) => floatsOf(maps, name));
  expect([heatmaps.shape, centerMap.shape, offsetMap.shape]).toEqual([
    [17, 24, 40],
    [24, 40],
    [34, 24, 40],
  ]);
  // The goldens' tolerance for float32.
  expect(relativeError([...heatmaps.data, ...centerMap.data], floatsOf(golden, `${HEIGHT}x${WIDTH}_0`).data)).toBeLessThan(1e-4);
  expect(relativeError(offsetMap.data, floatsOf(golden, `${HEIGHT}x${WIDTH}_1`).data)).toBeLessThan(1e-4);
}

describe('manypose maps', () => {
  it('gives the official outputs on the CPU', () => expectOfficialMaps('cpu'));

  it("gives HrHRNet's combined heatmaps and its finer ones, as its reference does", async () => {
    await writeFile(path('higher.safetensors'), safetensorsFile(tensorEntries(formulaCheckpoint(TINY_HIGHER))));
    await convertCommand([path('higher.safetensors'), path('higher'), '--dtype', 'f32']);
    const [width, height] = [64, 96];
    await writeFile(path('h.npy'), npyOf([1, 3, height, width], formulaInput(width, height)));
    await mapsCommand(['--model', path('higher'), '--input', path('h.npy'), '--out', path('h.npz'), '--runtime', 'cpu']);
    const maps = readNpz(path('h.npz'));
    const expected = await referenceMaps(buildNetwork(TINY_HIGHER), formulaWeights(TINY_HIGHER), width, height);
    expect([...maps.keys()].sort()).toEqual(['centerMap', 'heatmaps', 'heatmaps2x', 'offsetMap']);
    for (const [name, size] of [
      ['heatmaps', 4],
      ['heatmaps2x', 2],
      ['offsetMap', 4],
    ] as const) {
      const { shape, data } = floatsOf(maps, name);
      expect(shape).toEqual([name === 'offsetMap' ? 34 : 17, height / size, width / size]);
      expect(relativeError(data, expected[name]!.values)).toBeLessThan(1e-5);
    }
  });

  it('refuses inputs of other shapes and types', async () => {
    await writeFile(path('gray.npy'), npyOf([1, 1, 64, 64], new Float32Array(64 * 64)));
    await writeFile(path('cut.npy'), (await readFile(path('x.npy'))).subarray(0, 5000));
    await writeFile(path('no.npy'), 'nothing');
    const run = (input: string) =>
      mapsCommand(['--model', path('model'), '--input', path(input), '--out', path('y.npz'), '--runtime', 'cpu']);
    await expect(run('gray.npy')).rejects.toThrow('expected shape [1, 3, H, W], got [1, 1, 64, 64]');
    await expect(run('cut.npy')).rejects.toThrow(`expected ${4 * 3 * WIDTH * HEIGHT} bytes`);
    await expect(run('no.npy')).rejects.toThrow('not a .npy file');
    await expect(mapsCommand(['--model', path('model')])).rejects.toThrow('--model, --input and --out are needed');
  });

  it('reads what numpy writes', async () => {
    const { shape, data } = readNpy(await readFile(path('x.npy')), 'x.npy');
    expect(shape).toEqual([1, 3, HEIGHT, WIDTH]);
    expect(data).toEqual(formulaInput(WIDTH, HEIGHT));
  });
});

describeGpu('manypose maps on WebGPU', () => {
  it('gives the official outputs', () => expectOfficialMaps('webgpu'));
});
