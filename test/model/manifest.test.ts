import { beforeAll, describe, expect, it } from 'vitest';
import { modelFiles } from '../../src/convert/write.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import { scorerShapes } from '../../src/model/scorer-shapes.ts';
import { formulaTensor, formulaWeights } from '../support/formula-weights.ts';
import { TINY_W4 } from '../support/models.ts';

let text: string;
beforeAll(async () => {
  const scorer = new Map(scorerShapes('coco').map(({ name, shape }) => [name, formulaTensor(name, shape)]));
  const [manifest] = await modelFiles({ model: TINY_W4, weights: formulaWeights(TINY_W4), scorer, licence: 'Apache-2.0' }, 'f16');
  text = new TextDecoder().decode(manifest.bytes);
});

// Manifests are taken apart as plain JSON here.
type Json = any;

/** Deeper than a function that calls itself can go. */
function deep(): Json {
  let value: Json = [];
  for (let i = 0; i < 100_000; i++) value = [value];
  return value;
}

describe('parseManifest', () => {
  it('accepts what the converter writes', async () => {
    expect((await parseManifest(JSON.parse(text))).model).toEqual(TINY_W4);
  });

  it('accepts how the model asks to be run and decoded', async () => {
    const manifest = JSON.parse(text) as Json;
    const asked = {
      presets: { fast: { inputSize: 96 }, best: { inputSize: 256, scales: [0.5, 1], flip: true } },
      decoding: { spread: 0.15, otherScales: 0.5 },
    };
    expect((await parseManifest({ ...manifest, model: { ...manifest.model, ...asked } })).model).toEqual({
      ...TINY_W4,
      ...asked,
    });
  });

  it.each<[string, (m: Json) => unknown, RegExp]>([
    ['no object', () => null, /not a weight manifest/],
    ['another format', (m) => (m.format = 'onnx'), /not a weight manifest/],
    ['a later version', (m) => (m.version = 2), /version 2; this library reads version 1/],
    [
      'another architecture',
      (m) => (m.model.architecture = 'vit'),
      /architecture: one of adaptive-hrnet, adaptive-higher-hrnet, dekr expected, got "vit"/,
    ],
    ['an unknown keypoint set', (m) => (m.model.keypointSet = 'toString'), /keypointSet: one of coco, crowdpose/],
    ['a width of 0', (m) => (m.model.width = 0), /width: 1 to 1024/],
    ['an enormous width', (m) => (m.model.width = 1e9), /width: 1 to 1024/],
    ['no head widths', (m) => delete m.model.headWidths, /headWidths.heatmap.*headWidths.regression/],
    ['an odd input size', (m) => (m.model.inputSize = 500), /multiple of 64/],
    ['presets that are none', (m) => (m.model.presets = ['fast']), /presets: \{ fast, balanced, best \}.* got \["fast"\]/],
    ['a preset of another name', (m) => (m.model.presets = { toString: { inputSize: 256 } }), /presets: /],
    ['a preset that is a number', (m) => (m.model.presets = { fast: 256 }), /presets: /],
    ['a preset of a size that does not fit', (m) => (m.model.presets = { best: { inputSize: 250 } }), /presets: /],
    ['a preset without scale 1', (m) => (m.model.presets = { best: { inputSize: 256, scales: [0.5] } }), /presets: /],
    ['a preset of a flip that is no flag', (m) => (m.model.presets = { best: { inputSize: 256, flip: 1 } }), /presets: /],
    ['a rule of another name', (m) => (m.model.decoding = { speed: 1 }), /decoding: \{ spread\?, otherScales\? \}/],
    ['a spread of nothing', (m) => (m.model.decoding = { spread: 0 }), /decoding: .* got \{spread\}/],
    ['a reach, which is the same for all', (m) => (m.model.decoding = { reach: 75 }), /decoding: /],
    ['an unknown field', (m) => (m.model.colour = 1), /unknown fields of the descriptor: \["colour"\]/],
    [
      'a descriptor of another width',
      (m) => (m.model.width = 8),
      /transition1.0.0.weight: shape \[8,256,3,3\] expected, got \[4,256,3,3\]/,
    ],
    ['a missing tensor', (m) => m.tensors.splice(0, 1), /conv1.weight is missing/],
    [
      'an unexpected tensor',
      (m) => (m.tensors[0].name = 'conv9.weight'),
      /unexpected tensor "conv9.weight".*conv1.weight is missing/,
    ],
    ['a tensor twice', (m) => m.tensors.push(m.tensors[0]), /conv1.weight is listed twice/],
    ['an unknown type', (m) => (m.tensors[0].dtype = 'int8'), /dtype f16 or f32 expected, got "int8"/],
    ['a negative offset', (m) => (m.tensors[0].offset = -4), /offset expected to be a multiple of 2, got -4/],
    ['an odd offset', (m) => (m.tensors[0].offset = 3), /multiple of 2, got 3/],
    ['an offset beyond the end', (m) => (m.tensors[0].offset = 2 ** 40), /conv1.weight: lies beyond the shards/],
    ['no tensors', (m) => delete m.tensors, /tensors: a list expected/],
    ['a wrong rescoring net', (m) => (m.scorer[0].shape = [256, 59]), /l1.weight: shape \[256,74\] expected/],
    ['no shards', (m) => (m.shards = []), /shards: a list of 1 to/],
    ['a shard elsewhere', (m) => (m.shards[0].file = '../secret.bin'), /a file name expected, got "..\/secret.bin"/],
    ['a shard at another host', (m) => (m.shards[0].file = 'https://evil.example/x'), /a file name expected/],
    ['a shard without size', (m) => delete m.shards[0].bytes, /shards\[0\].bytes: .* got nothing/],
    ['a shard of absurd size', (m) => (m.shards[0].bytes = 1e12), /shards\[0\].bytes/],
    ['a shard without hash', (m) => (m.shards[0].sha256 = 'abc'), /64 hexadecimal digits/],
    ['a shard that is no object', (m) => (m.shards[0] = 5), /shards\[0\].file/],
    [
      'two tensors in one place',
      (m) => (m.tensors[1].offset = m.tensors[0].offset),
      /conv1.bias is at byte 0, not at 3456 where/,
    ],
    ['tensors that overlap by a number', (m) => (m.tensors[2].offset -= 4), /conv2.weight is at byte 3708, not at 3712/],
    [
      "the rescoring net's in the network's",
      (m) => (m.scorer[0].offset = m.tensors[5].offset),
      /is at byte \d+, not at \d+ where the tensor before ends/,
    ],
    ['a hole', (m) => (m.shards[0].bytes += 4), /the end is at byte \d+, not at \d+ where/],
    [
      'a hole in the middle',
      (m) => {
        for (const tensor of [...m.tensors.slice(3), ...m.scorer]) tensor.offset += 4;
        m.shards[0].bytes += 4;
      },
      /conv2.bias is at byte \d+, not at \d+/,
    ],
    [
      'a hole at the beginning',
      (m) => {
        for (const tensor of [...m.tensors, ...m.scorer]) tensor.offset += 4096;
        m.shards[0].bytes += 4096;
      },
      /conv1.weight is at byte 4096, not at 0/,
    ],
    [
      'shards of absurd size together',
      (m) => (m.shards = Array.from({ length: 5 }, (_, i) => ({ ...m.shards[0], file: `s${i}`, bytes: 2 ** 28 }))),
      /up to 1073741824 bytes together expected, got 1342177280/,
    ],
    ['a network of absurd size', (m) => (m.model.width = 1024), /a network of \d{9,} weights; up to 268435456 are loaded/],
    ['more tensors than any network', (m) => (m.tensors = Array(100_000).fill(0)), /tensors: a list of \d+ tensors expected/],
    ['a deep version', (m) => (m.version = deep()), /weight manifest: version \[\[\[\[\.\.\.\]\]\]\]/],
    ['a deep descriptor', (m) => (m.model = { ...m.model, id: deep(), headWidths: deep() }), /letters, digits/],
    ['a deep shape', (m) => (m.tensors[0].shape = deep()), /conv1.weight: shape/],
    ['a deep tensor', (m) => (m.tensors[0] = deep()), /unexpected tensor nothing/],
    [
      'a name that a terminal obeys',
      (m) => (m.tensors[0].name = 'a\u009b31m\u202e'),
      /unexpected tensor "a\\u\{9b\}31m\\u\{202e\}"/,
    ],
    ['long unknown fields', (m) => (m.model['x'.repeat(1e6)] = 1), /unknown fields of the descriptor: \["x{50,}\.\.\./],
    ['a blob of another kind', (m) => (m.shards[0].file = 'blob:a b'), /a file name expected/],
    ['a licence that is no text', (m) => (m.licence = 5), /licence: text expected/],
  ])('refuses %s', async (_, change, message) => {
    let manifest: Json = JSON.parse(text);
    if (change(manifest) === null) manifest = null;
    await expect(parseManifest(manifest)).rejects.toThrow(
      expect.objectContaining({ code: 'invalid-model', message: expect.stringMatching(message) }),
    );
  });

  it('lists several faults at once', async () => {
    const manifest = JSON.parse(text);
    manifest.tensors[0].offset = -4;
    manifest.tensors[1].shape = [7];
    manifest.shards[0].sha256 = '';
    await expect(parseManifest({ ...manifest, licence: 1 })).rejects.toThrow(/sha256.*licence/);
    manifest.shards[0].sha256 = '0'.repeat(64);
    await expect(parseManifest(manifest)).rejects.toThrow(/conv1.weight: offset.*conv1.bias: shape/);
  });
});
