import { readFileSync } from 'node:fs';
import { deflateRawSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/convert/checkpoint.ts';
import { convertCheckpoint } from '../../src/convert/convert.ts';
import { openZip } from '../../src/convert/zip.ts';
import { sha256 } from '../../src/model/sha256.ts';
import { buildNetwork } from '../../src/network/build.ts';
import { parameterCount } from '../../src/network/counts.ts';
import { isIdleCheckpointName } from '../../src/network/weights.ts';
import { tinyCheckpoint } from '../support/checkpoints.ts';
import { formulaCheckpoint } from '../support/formula-weights.ts';
import { TINY_W4 } from '../support/models.ts';
import { bytesOf, legacyFile, littleEndian, op, pickle, zipFile } from '../support/pickle-builder.ts';
import { safetensorsFile, tensorEntries } from '../support/safetensors-builder.ts';

type Group = Record<string, string>;
const kinds = JSON.parse(
  gunzipSync(readFileSync(new URL('../fixtures/checkpoints/kinds.json.gz', import.meta.url))).toString(),
) as { same: Group; modules: Group };
const fileOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const messageOf = async (bytes: Uint8Array): Promise<string> => {
  try {
    await readCheckpoint(bytes);
  } catch (error) {
    expect(error).toMatchObject({ name: 'ManyposeError', code: expect.stringMatching(/^(invalid|unsafe)-checkpoint$/) });
    return (error as Error).message;
  }
  return 'read';
};

describe('files that PyTorch wrote', async () => {
  const plain = await readCheckpoint(fileOf(kinds.same.plain));

  it.each(Object.keys(kinds.same))('are read alike: %s', async (name) => {
    expect(plain.size).toBe(6);
    const tensors = [...(await readCheckpoint(fileOf(kinds.same[name])))].filter(([key]) => !isIdleCheckpointName(key));
    expect(tensors).toEqual([...plain]);
  });

  it.each(Object.keys(kinds.modules))('say where they are whole modules: %s', async (name) => {
    expect(await messageOf(fileOf(kinds.modules[name]))).toMatch(
      /^a whole pickled module, not its weights: .*state_dict\(\).*(\.Net|\.Sequential|outside module)/,
    );
  });
});

describe("a network's checkpoint", () => {
  it('converts to the same files as safetensors, and as a deflated zip', async () => {
    const filesOf = async (checkpoint: Uint8Array): Promise<string[]> => {
      const { files } = await convertCheckpoint(checkpoint);
      return Promise.all(files.map(async ({ name, bytes }) => `${name} ${await sha256(bytes)}`));
    };
    const zip = tinyCheckpoint('zip');
    const plain = await filesOf(zip);
    const { model, parameters } = await convertCheckpoint(zip);
    expect([model.id, parameters]).toEqual(['coco_w4', parameterCount(buildNetwork(TINY_W4))]);
    const tensors = tensorEntries(formulaCheckpoint(TINY_W4));
    expect(await filesOf(safetensorsFile(tensors))).toEqual(plain);
    const wrapped = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`model.${name}`, tensor]));
    expect(await filesOf(safetensorsFile(wrapped))).toEqual(plain);
    const archive = openZip(zip);
    const entries = Object.fromEntries(
      await Promise.all(archive.names.map(async (name) => [name, await archive.read(name)] as const)),
    );
    expect(await filesOf(zipFile(entries, false, true))).toEqual(plain);
  });
});

describe('safetensors', () => {
  const file = (header: unknown, data = new Uint8Array(24)): Uint8Array => {
    const text = bytesOf(typeof header === 'string' ? header : JSON.stringify(header));
    return bytesOf(littleEndian(text.length, 8), text, data);
  };
  const entry = { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] };

  it('is read in all types, and other types are read past', async () => {
    const half = { dtype: 'BF16', shape: [2], data_offsets: [0, 4] };
    const header = {
      __metadata__: { format: 'pt' },
      a: entry,
      'bn1.weight': half,
      c: { ...half, dtype: 'F8_E4M3' },
      empty: { ...half, shape: [0], data_offsets: [0, 0] },
    };
    const tensors = await readCheckpoint(
      file(header, new Uint8Array(Uint16Array.of(0x3fc0, 0xc000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0).buffer)),
    );
    expect([...tensors.keys()]).toEqual(['a', 'bn1.weight', 'empty']);
    expect(tensors.get('a')!.shape).toEqual([2, 3]);
    expect([...tensors.get('bn1.weight')!.data]).toEqual([1.5, -2]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['cut short', file({ a: entry }).subarray(0, -1), /a lies outside the file's 23 bytes/],
    ['a header cut short', file({ a: entry }).subarray(0, 20), /ends too early/],
    ['no JSON', file('{"a"'), /no JSON/],
    ['deep JSON', file(`{"a":${'['.repeat(100_000)}`), /no JSON/],
    ['another object', file({ a: 3 }), /a is no object/],
    ['no type', file({ a: { ...entry, dtype: undefined } }), /no type or shape/],
    ['a negative size', file({ a: { ...entry, shape: [-2, 3] } }), /no type or shape/],
    ['a size that does not fit', file({ a: { ...entry, shape: [2, 4] } }), /has 24 bytes, not 32/],
    ['a huge size', file({ a: { ...entry, shape: [2 ** 40, 0, 2 ** 40] } }), /has 24 bytes, not 0/],
    ['a place outside', file({ a: { ...entry, data_offsets: [8, 32] } }), /lies outside/],
    ['places in the wrong order', file({ a: { ...entry, data_offsets: [24, 0] } }), /lies outside/],
    [
      'a header longer than all networks',
      bytesOf(littleEndian(2 ** 40, 8), '{', new Uint8Array(100)),
      /a header of 1099511627776 bytes/,
    ],
    [
      'the same bytes as many tensors',
      file(
        Object.fromEntries(
          Array.from({ length: 40 }, (_, i) => [`t${i}`, { dtype: 'U8', shape: [60_000], data_offsets: [0, 60_000] }]),
        ),
        new Uint8Array(60_000),
      ),
      /more numbers than the file has bytes/,
    ],
    ['nothing', file({}), /no tensors/],
    ['a name that is none of ours', file({ '__proto__\u001b[2J': 3 }), /__proto__\\u\{1b\}\[2J is no object/],
  ])('refuses %s', async (_, bytes, message) => {
    expect(await messageOf(bytes)).toMatch(message);
  });
});

describe('what is no checkpoint is named', () => {
  it.each<[string, Uint8Array | string, RegExp]>([
    ['an empty file', '', /the file is empty/],
    ['an HTML page', '\n<!DOCTYPE html><html><title>Sign in</title>', /an HTML page/],
    ['an XML document', '\ufeff<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /XML or HTML/],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 132735\n',
      /Git LFS pointer.*132735 bytes.*git lfs pull/,
    ],
    ['JSON', '{"message": "Not Found"}', /a text file.*begins "\{"message/],
    ['text', 'Too many requests\n', /a text file/],
    ['a gzip file', bytesOf(0x1f, 0x8b, 8, 0), /gzip/],
    ['a tar archive', bytesOf('model.pth', new Uint8Array(248), 'ustar', new Uint8Array(300)), /tar archive/],
    ['an HDF5 file', bytesOf(0x89, 'HDF\r\n'), /HDF5/],
    ['a plain pickle', pickle(op.dict()), /a pickle that torch\.save did not write/],
    ['anything else', bytesOf(1, 2, 3, 0xff), /not a PyTorch checkpoint/],
  ])('%s', async (_, content, message) => {
    expect(await messageOf(typeof content === 'string' ? bytesOf(content) : content)).toMatch(message);
  });
});

describe('files made to exhaust the machine are refused at once', () => {
  /** Tuples that hold the one before twice: written out, 2^60 items. */
  const nested = bytesOf(
    ')',
    'q',
    0,
    '0',
    ...Array.from({ length: 60 }, () => bytesOf('h', 0, 'h', 0, 0x86, 'q', 0, '0')),
    'h',
    0,
  );
  const magic = pickle(bytesOf(0x8a, 10, littleEndian(0x1950a86a20f9469cfc6cn, 10)));
  const many = (bytes: Uint8Array, times: number): Uint8Array => new Uint8Array(Buffer.alloc(bytes.length * times, bytes));
  const six = { s: { length: 6, bytes: new Uint8Array(24) } };
  const view = (elements: number) => op.tensor(op.storage('FloatStorage', 's', 6), 0, [elements], [0]);
  /** A list of 10,000 pairs, then as many dicts of it as the rest of 200 kB asks for. */
  const dicts = bytesOf(
    op.global('collections', 'OrderedDict'),
    'q',
    1,
    '0',
    ']',
    'q',
    2,
    '(',
    ...Array.from({ length: 10_000 }, (_, i) => bytesOf(op.int(i), 'N', 0x86)),
    'e',
    0x85,
    'q',
    3,
    '0',
    ']',
    '(',
    many(bytesOf('h', 1, 'h', 3, 'R'), 20_000),
    'e',
  );
  const deflated = (size: number): Uint8Array =>
    zipFile(
      {
        'a/data.pkl': pickle(op.dict(op.text('x'), op.tensor(op.storage('FloatStorage', '0', 1), 0, [1], [1]))),
        'a/data/0': new Uint8Array(size),
      },
      false,
      true,
    );

  it.each<[string, RegExp, Uint8Array]>([
    ['nested tuples as the version', /unknown version/, bytesOf(magic, pickle(nested))],
    ['nested tuples as an outside object', /an outside object/, legacyFile(pickle(bytesOf('(', nested, 'tQ')))],
    ['nested tuples as an outside object itself', /an outside object/, legacyFile(pickle(bytesOf(nested, 'Q')))],
    [
      "nested tuples as a storage's key",
      /without key/,
      legacyFile(
        pickle(bytesOf('(', op.text('storage'), op.global('torch', 'FloatStorage'), nested, op.text('cpu'), op.int(1), 'tQ')),
      ),
    ],
    ["nested tuples as the dict's key", /its keys: none/, legacyFile(pickle(op.dict(nested, op.int(1))))],
    [
      "nested tuples as a dict's pairs",
      /its keys: none/,
      legacyFile(pickle(op.call(op.global('collections', 'OrderedDict'), nested))),
    ],
    [
      'nested tuples as a shape',
      /no natural number/,
      legacyFile(
        pickle(
          op.call(op.global('torch._utils', '_rebuild_tensor_v2'), op.storage('FloatStorage', 's', 6), op.int(0), nested, nested),
        ),
        six,
      ),
    ],
    ["nested tuples as a global's name", /names a global/, legacyFile(pickle(bytesOf(nested, nested, 0x93)))],
    ['nested tuples as all there is', /no dict of tensors/, legacyFile(pickle(nested))],
    [
      'nested tuples as the list of storages',
      /no tensors|a storage that no tensor/,
      bytesOf(
        magic,
        pickle(bytesOf('M', littleEndian(1001, 2))),
        pickle(op.dict(op.text('little_endian'), bytesOf(0x88))),
        pickle(op.dict(op.text('x'), op.int(1))),
        pickle(nested),
      ),
    ],
    ['dicts made over and over of one list', /makes more objects/, legacyFile(pickle(dicts))],
    ['a million empty dicts', /makes more objects/, legacyFile(pickle(bytesOf(']', '(', '}'.repeat(2 ** 20), 'e')))],
    ['a million empty tuples', /makes more objects/, legacyFile(pickle(bytesOf(']', '(', ')'.repeat(2 ** 20), 'e')))],
    ['ten million nothings', /makes more objects/, legacyFile(pickle(bytesOf(']', '(', many(bytesOf('N'), 10_000_000), 'e')))],
    ['a million things remembered', /makes more objects/, legacyFile(pickle(bytesOf(']', many(bytesOf(0x94), 2 ** 20))))],
    ['ten million marks', /makes more objects/, legacyFile(pickle(many(bytesOf('('), 10_000_000)))],
    ['a large view of six numbers', /more numbers than the file/, legacyFile(pickle(op.dict(op.text('x'), view(2 ** 27))), six)],
    [
      'two of them',
      /more numbers than the file/,
      legacyFile(pickle(op.dict(op.text('x'), view(2 ** 26), op.text('y'), view(2 ** 26))), six),
    ],
    [
      'a thousand small ones',
      /more numbers than the file/,
      legacyFile(pickle(op.dict(...Array.from({ length: 1000 }, (_, i) => bytesOf(op.text(`x${i}`), view(10_000))))), six),
    ],
    ['zeros, deflated', /claim to unpack/, deflated(2 ** 27)],
    [
      'an entry that unpacks to more than it says',
      /a\/data\/0 unpacks to more than its 100 bytes/,
      (() => {
        const file = deflated(2 ** 20);
        const at = Buffer.from(file).lastIndexOf(littleEndian(2 ** 20, 4));
        file.set(littleEndian(100, 4), at);
        return bytesOf(file);
      })(),
    ],
    [
      'a tensor rebuilt of rebuilding',
      /made of something else/,
      legacyFile(
        pickle(
          op.call(
            op.global('torch._tensor', '_rebuild_from_type_v2'),
            op.global('torch._tensor', '_rebuild_from_type_v2'),
            op.global('torch', 'Tensor'),
            nested,
            op.dict(),
          ),
        ),
      ),
    ],
    [
      'long names of many parts',
      /reaches to element/,
      legacyFile(
        pickle(
          op.dict(
            ...Array.from({ length: 50 }, (_, i) =>
              bytesOf(op.text(`${i}${'.a'.repeat(50_000)}`), op.tensor(op.storage('FloatStorage', 's', 6), 99, [1], [1])),
            ),
          ),
        ),
        six,
      ),
    ],
  ])('%s', async (_, expected, bytes) => {
    const [begun, before] = [performance.now(), process.memoryUsage().rss];
    const message = await messageOf(bytes);
    expect(message).toMatch(expected);
    expect(message.length).toBeLessThan(1000);
    // On an idle machine all take less than a second; the limit is for one that is five times slower.
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 29);
  });

  it('while a deflated entry is read to its end', async () => {
    const object = pickle(op.dict(op.text('x'), op.tensor(op.storage('FloatStorage', '0', 1000), 0, [1000], [1])));
    const files = { 'a/data.pkl': object, 'a/data/0': new Uint8Array(4000) };
    expect(deflateRawSync(files['a/data/0']).length).toBeLessThan(100);
    expect([...(await readCheckpoint(zipFile(files, false, true))).keys()]).toEqual(['x']);
  });
});
