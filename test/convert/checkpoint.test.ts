import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/convert/checkpoint.ts';
import { isIdleCheckpointName } from '../../src/network/weights.ts';
import { tinyCheckpoint } from '../support/checkpoints.ts';
import { formulaCheckpoint } from '../support/formula-weights.ts';
import { TINY_W4 } from '../support/models.ts';
import { bytesOf, legacyFile, littleEndian, op, pickle, zipFile } from '../support/pickle-builder.ts';

const formula = formulaCheckpoint(TINY_W4);

describe('checkpoints that PyTorch wrote', () => {
  it.each(['legacy', 'zip', 'wrapped'] as const)('reads every tensor of the %s file, bit for bit', async (kind) => {
    const tensors = await readCheckpoint(tinyCheckpoint(kind));
    const names = [...tensors.keys()].filter((name) => !isIdleCheckpointName(name));
    expect(new Set(names)).toEqual(new Set(formula.keys()));
    for (const [name, { shape, data }] of formula) {
      const tensor = tensors.get(name)!;
      expect(tensor.shape, name).toEqual(shape);
      expect(Buffer.compare(bits(tensor.data), bits(data)), name).toBe(0);
    }
    expect(tensors.get('bn1.num_batches_tracked')).toEqual({ shape: [], data: Float32Array.of(0) });
  });
});

describe('element types', () => {
  it.each([
    ['FloatStorage', bytesOf(new Uint8Array(Float32Array.of(1.5, -2, 3).buffer))],
    ['DoubleStorage', bytesOf(new Uint8Array(Float64Array.of(1.5, -2, 3).buffer))],
    ['HalfStorage', bytesOf(new Uint8Array(Uint16Array.of(0x3e00, 0xc000, 0x4200).buffer))],
    ['BFloat16Storage', bytesOf(new Uint8Array(Uint16Array.of(0x3fc0, 0xc000, 0x4040).buffer))],
  ])('reads %s', async (type, bytes) => {
    expect([...(await only(type, bytes))]).toEqual([1.5, -2, 3]);
  });

  it.each([
    ['LongStorage', BigInt64Array.of(1n, -2n, 3n)],
    ['IntStorage', Int32Array.of(1, -2, 3)],
    ['ShortStorage', Int16Array.of(1, -2, 3)],
    ['CharStorage', Int8Array.of(1, -2, 3)],
  ])('reads %s', async (type, values) => {
    expect([...(await only(type, new Uint8Array(values.buffer)))]).toEqual([1, -2, 3]);
  });

  async function only(type: string, bytes: Uint8Array): Promise<Float32Array> {
    const object = pickle(op.dict(op.text('x'), op.tensor(op.storage(type, '7', 3), 0, [3], [1])));
    return (await readCheckpoint(zipFile({ 'a/data.pkl': object, 'a/data/7': bytes }))).get('x')!.data;
  }
});

describe('views', () => {
  const six = { s: { length: 6, bytes: new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer) } };
  const read = async (tensor: Uint8Array) =>
    (await readCheckpoint(legacyFile(pickle(op.dict(op.text('x'), tensor)), six))).get('x')!;

  it('reads transposed, offset and repeated ones', async () => {
    expect([...(await read(op.tensor(op.storage('FloatStorage', 's', 6), 0, [3, 2], [1, 3]))).data]).toEqual([0, 3, 1, 4, 2, 5]);
    expect([...(await read(op.tensor(op.storage('FloatStorage', 's', 6), 4, [2], [1]))).data]).toEqual([4, 5]);
    expect([...(await read(op.tensor(op.storage('FloatStorage', 's', 6), 5, [3], [0]))).data]).toEqual([5, 5, 5]);
    expect(await read(op.tensor(op.storage('FloatStorage', 's', 6), 0, [0, 4], [4, 1]))).toEqual({
      shape: [0, 4],
      data: new Float32Array(),
    });
  });

  it("reads the legacy format's views of storages", async () => {
    const view = op.tuple(op.text('v'), op.int(2), op.int(3));
    expect([...(await read(op.tensor(op.storage('FloatStorage', 's', 6, view), 1, [2], [1]))).data]).toEqual([3, 4]);
  });

  it.each([
    ['beyond the storage', op.tensor(op.storage('FloatStorage', 's', 6), 4, [3], [1])],
    ['beyond the file', op.tensor(op.storage('FloatStorage', 's', 600), 4, [30], [1])],
    ['negative', op.tensor(op.storage('FloatStorage', 's', 6), -1, [3], [1])],
    ['gigantic', op.tensor(op.storage('FloatStorage', 's', 6), 0, [0x7fffffff, 0x7fffffff], [0, 0])],
    ['of missing strides', op.tensor(op.storage('FloatStorage', 's', 6), 0, [3, 2], [1])],
  ])('refuses one that is %s', async (_, tensor) => {
    expect(await codeOf(() => read(tensor))).toBe('invalid-checkpoint');
  });

  it('refuses a small file that claims more numbers than memory holds', async () => {
    const items = Array.from({ length: 40 }, (_, i) => [
      op.text(`x${i}`),
      op.tensor(op.storage('FloatStorage', 's', 6), 0, [2 ** 25], [0]),
    ]).flat();
    expect(await codeOf(() => readCheckpoint(legacyFile(pickle(op.dict(...items)), six)))).toBe('invalid-checkpoint');
  });
});

describe('zip files', () => {
  const object = pickle(op.dict(op.text('x'), op.tensor(op.storage('FloatStorage', '0', 1), 0, [1], [1])));
  const entries = { 'a/data.pkl': object, 'a/data/0': new Uint8Array(Float32Array.of(9).buffer) };

  it('reads zip64 directories', async () => {
    expect([...(await readCheckpoint(zipFile(entries, true))).get('x')!.data]).toEqual([9]);
  });

  it('notices a changed byte of a tensor', async () => {
    const bytes = zipFile(entries);
    bytes[Buffer.from(bytes).indexOf('a/data/0') + 'a/data/0'.length] ^= 1;
    await expect(readCheckpoint(bytes)).rejects.toThrow(/a\/data\/0 is damaged/);
  });

  it.each([
    ['no pickle', { 'a/other': object }, /without data.pkl/],
    ['a TorchScript archive', { 'a/data.pkl': object, 'a/constants.pkl': object }, /TorchScript/],
    ['big-endian numbers', { ...entries, 'a/byteorder': bytesOf('big') }, /big-endian/],
    ['a missing storage', { 'a/data.pkl': object }, /a\/data\/0/],
  ])('refuses %s', async (_, files, message) => {
    await expect(readCheckpoint(zipFile(files))).rejects.toThrow(message);
  });
});

describe('files that are no checkpoint', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['zeros', new Uint8Array(1000)],
    ['HTML', bytesOf('<!doctype html><title>404</title>')],
    ['one byte', Uint8Array.of(0x80)],
    ['a zip header alone', bytesOf('PK\x03\x04')],
    ['a plain pickle', pickle(op.dict())],
    ['no tensors', legacyFile(pickle(op.dict(op.text('epoch'), op.int(3))))],
    ['a list', legacyFile(pickle(bytesOf(']')))],
    ['a pickle that takes from an empty stack', legacyFile(pickle(bytesOf('0')))],
    ['a pickle that recalls nothing', legacyFile(pickle(bytesOf('h', 5)))],
    ['an absurd length', legacyFile(pickle(bytesOf(0x8d, littleEndian(2n ** 63n, 8))))],
    ['a long integer', legacyFile(pickle(bytesOf(0x8b, littleEndian(2 ** 31, 4))))],
  ])('refuses %s', async (_, bytes) => {
    expect(await codeOf(() => readCheckpoint(bytes))).toBe('invalid-checkpoint');
  });

  it.each(['legacy', 'zip', 'wrapped'] as const)('refuses a %s file cut short anywhere', async (kind) => {
    const bytes = tinyCheckpoint(kind);
    const cuts = [1, 2, 5, 14, 16, 30, 100, 137, 1000, 100_000, 250_000, 282_221, 300_000, 1_000_000];
    for (const cut of [...cuts, bytes.length - 1000, bytes.length - 30, bytes.length - 22, bytes.length - 1]) {
      expect(await codeOf(() => readCheckpoint(bytes.subarray(0, cut))), `cut at ${cut}`).toBe('invalid-checkpoint');
    }
  });

  it('answers any change of a pickle with tensors or an error of its own', async () => {
    const original = legacyFile(pickle(op.dict(op.text('x'), op.tensor(op.storage('FloatStorage', 's', 6), 0, [3, 2], [1, 3]))), {
      s: { length: 6, bytes: new Uint8Array(24) },
    });
    const known = new Set(['read', 'invalid-checkpoint', 'unsafe-checkpoint']);
    for (let at = 0; at < original.length; at++) {
      for (const value of [0, 0x52, 0xff, original[at] ^ 1]) {
        const bytes = original.slice();
        bytes[at] = value;
        expect(known, `byte ${at} = ${value}`).toContain(await codeOf(() => readCheckpoint(bytes)));
      }
    }
  });
});

function bits(data: Float32Array): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** The code of the error thrown; 'read' if none was; anything but a ManyposeError fails. */
async function codeOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return 'read';
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return String(error.code);
  }
}
