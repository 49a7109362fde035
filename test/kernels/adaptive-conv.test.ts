import { it } from 'vitest';
import type { AdaptiveConvLayer, MapTensor } from '../../src/network/network.ts';
import type { Weights } from '../../src/network/weights.ts';
import { adaptiveConv } from '../../src/ops/adaptive-conv.ts';
import { TAPS } from '../../src/ops/sampling.ts';
import { describeLayers } from '../support/describe-layers.ts';
import { noise, parity } from '../support/parity.ts';

/**
 * Float32 sums of up to 35 · 9 products, as for other convolutions; and places near 30 cells are
 * rounded to 2e-6 of a cell, where the input's slope is up to 2 per cell.
 */
const TOLERANCE = 4e-6;

interface Case {
  inChannels: number;
  outChannels: number;
  width: number;
  height: number;
}

const CASES: Case[] = [
  { inChannels: 1, outChannels: 1, width: 1, height: 1 },
  { inChannels: 3, outChannels: 5, width: 5, height: 7 },
  { inChannels: 5, outChannels: 3, width: 7, height: 5 },
  { inChannels: 17, outChannels: 35, width: 9, height: 2 },
  { inChannels: 35, outChannels: 17, width: 1, height: 13 },
  { inChannels: 4, outChannels: 16, width: 33, height: 3 },
  { inChannels: 6, outChannels: 68, width: 11, height: 13 },
];

describeLayers(['adaptiveConv'], 'the adaptive convolution kernel', (run) => {
  const check = parity('adaptive-conv', TOLERANCE);

  async function compare(
    shape: Case & { dilation: number },
    transform: Float32Array,
    how: { relu?: boolean; shortcut?: boolean } = {},
  ): Promise<void> {
    const { inChannels, outChannels, width, height, dilation } = shape;
    const { relu = false } = how;
    const cells = width * height;
    const x = noise('x', inChannels * cells);
    const weight = noise('weight', outChannels * inChannels * TAPS);
    const bias = noise('bias', outChannels);
    const shortcut = how.shortcut ? noise('shortcut', outChannels * cells) : undefined;

    const map = (id: number, channels: number): MapTensor => ({ id, label: `map ${id}`, channels, stride: 1 });
    const [input, transforms, added, output] = [inChannels, 4, outChannels, outChannels].map((channels, id) => map(id, channels));
    const layer: AdaptiveConvLayer = {
      op: 'adaptiveConv',
      name: 'conv',
      norm: 'norm',
      input,
      transform: transforms,
      output,
      dilation,
      relu,
      shortcut: shortcut && added,
    };
    const given = new Map([
      [input, x],
      [transforms, transform],
    ]);
    if (shortcut) given.set(added, shortcut);
    const weights: Weights = new Map([
      ['conv.weight', { shape: [outChannels, inChannels, 3, 3], data: weight }],
      ['conv.bias', { shape: [outChannels], data: bias }],
    ]);
    check(await run([layer], given, weights, width, height), adaptiveConv(shape, { x, transform, weight, bias, shortcut, relu }));
  }

  for (const dilation of [1, 2, 3]) {
    it.each(CASES)(`dilation ${dilation}: $inChannels→$outChannels of $width×$height`, async (shape) => {
      for (const reach of [0.5, 2]) await compare({ ...shape, dilation }, noise('T', 4 * shape.width * shape.height, reach));
    });
  }

  it('with the identity: every tap on a cell or just outside the map', async () => {
    for (const dilation of [1, 2, 3]) {
      await compare(
        { ...CASES[2], dilation },
        Float32Array.from({ length: 4 * 35 }, (_, i) => [1, 0, 0, 1][Math.floor(i / 35)]),
      );
    }
  });

  it('with taps that leave the map: half-way over its edges, and far beyond', async () => {
    for (const step of [0.5, 0.999, 1.5, -1]) {
      await compare(
        { ...CASES[1], dilation: 1 },
        Float32Array.from({ length: 4 * 35 }, (_, i) => [step, 0, 0, step][Math.floor(i / 35)]),
      );
    }
    await compare({ ...CASES[1], dilation: 3 }, noise('far', 4 * 35, 20));
  });

  it('with transforms that are huge, infinite or NaN: such taps count 0', async () => {
    const wild = [1e6, -1e6, 3e9, -3e9, 1e30, -3.4e38, Infinity, -Infinity, NaN];
    for (const [i, value] of wild.entries()) {
      const transform = noise('T', 4 * 35, 1.5);
      // All four entries, then one of them, at a third of the cells each. Where two in a row would cancel, what is
      // left depends on the order of a GPU's additions: the second is twice the first.
      for (let cell = 0; cell < 35; cell++) {
        if (cell % 3 === 0) for (let entry = 0; entry < 4; entry++) transform[entry * 35 + cell] = value * (1 + (entry % 2));
        if (cell % 3 === 1) transform[((i + cell) % 4) * 35 + cell] = value;
      }
      for (const dilation of [1, 3]) await compare({ ...CASES[2], dilation }, transform, { relu: i % 2 === 0, shortcut: true });
    }
  });

  it.each([
    { relu: true, shortcut: false },
    { relu: false, shortcut: true },
    { relu: true, shortcut: true },
  ])('with ReLU $relu, shortcut $shortcut', async (how) => {
    for (const shape of CASES) await compare({ ...shape, dilation: 2 }, noise('T', 4 * shape.width * shape.height, 1.5), how);
  });
});
