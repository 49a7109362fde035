import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { AdaptiveConvLayer, MapTensor } from '../../src/network/network.ts';
import { adaptiveConv } from '../../src/ops/adaptive-conv.ts';
import { describeLayers } from '../support/describe-layers.ts';

const map = (id: number, channels: number): MapTensor => ({ id, label: `map ${id}`, channels, stride: 1 });

interface Vector {
  readonly channels: [number, number];
  readonly size: [number, number];
  readonly dilation: number;
  readonly x: number[];
  readonly transform: number[];
  readonly translation?: number[] | null;
  readonly weight: number[];
  readonly bias: number[];
  readonly y: number[];
}

const vectors: Vector[] = JSON.parse(
  gunzipSync(readFileSync(new URL('../fixtures/networks/adaptive_conv.json.gz', import.meta.url))).toString(),
);

const flat = (value: unknown): Float32Array => Float32Array.from([value].flat(Infinity) as number[]);

/** What an independent implementation gives. */
function difference(ours: Float32Array, theirs: Float32Array): number {
  expect(ours.length).toBe(theirs.length);
  return ours.reduce((largest, value, i) => Math.max(largest, Math.abs(value - theirs[i])), 0);
}

describe('adaptive convolutions, four with a translation', () => {
  it('are nine', () => expect([vectors.length, vectors.filter(({ translation }) => translation).length]).toEqual([9, 4]));

  it.each(vectors.map((vector, i) => ({ i, vector })))('case $i, the reference', ({ vector }) => {
    const {
      channels: [inChannels, outChannels],
      size: [height, width],
      dilation,
    } = vector;
    const ours = adaptiveConv(
      { inChannels, outChannels, width, height, dilation },
      {
        x: flat(vector.x),
        transform: flat(vector.transform),
        translation: vector.translation ? flat(vector.translation) : undefined,
        weight: flat(vector.weight),
        bias: flat(vector.bias),
      },
    );
    expect(difference(ours, flat(vector.y))).toBeLessThan(1e-5);
  });
});

describeLayers(['adaptiveConv'], 'adaptive convolutions by an independent implementation', (run) => {
  it.each(vectors.map((vector, i) => ({ i, vector })))('case $i', async ({ vector }) => {
    const {
      channels: [ins, outs],
      size: [height, width],
      dilation,
    } = vector;
    const [input, transform, translation, output] = [map(0, ins), map(1, 4), map(2, 2), map(3, outs)];
    const layer: AdaptiveConvLayer = {
      op: 'adaptiveConv',
      name: 'conv',
      norm: 'norm',
      input,
      transform,
      output,
      dilation,
      relu: false,
      translation: vector.translation ? translation : undefined,
    };
    const given = new Map([
      [input, flat(vector.x)],
      [transform, flat(vector.transform)],
    ]);
    if (vector.translation) given.set(translation, flat(vector.translation));
    const weights = new Map([
      ['conv.weight', { shape: [outs, ins, 3, 3], data: flat(vector.weight) }],
      ['conv.bias', { shape: [outs], data: flat(vector.bias) }],
    ]);
    expect(difference(await run([layer], given, weights, width, height), flat(vector.y))).toBeLessThan(1e-5);
  });
});
