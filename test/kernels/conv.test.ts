import { it } from 'vitest';
import type { ConvLayer, Layer, MapTensor } from '../../src/network/network.ts';
import type { Weights } from '../../src/network/weights.ts';
import { conv, convSide } from '../../src/ops/conv.ts';
import { describeLayers } from '../support/describe-layers.ts';
import { noise, parity } from '../support/parity.ts';

/** Float32 sums of up to 35 · 9 products, in another order than the reference's float64. */
const TOLERANCE = 2e-6;

interface Case {
  inChannels: number;
  outChannels: number;
  width: number;
  height: number;
}

/** One block and less, remainders of 1 and 3 lanes, several groups of output blocks; rows that end within 4 pixels. */
const CASES: Case[] = [
  { inChannels: 1, outChannels: 1, width: 1, height: 1 },
  { inChannels: 3, outChannels: 5, width: 5, height: 7 },
  { inChannels: 4, outChannels: 8, width: 4, height: 4 },
  { inChannels: 5, outChannels: 3, width: 7, height: 5 },
  { inChannels: 17, outChannels: 35, width: 9, height: 2 },
  { inChannels: 35, outChannels: 17, width: 2, height: 9 },
  { inChannels: 3, outChannels: 4, width: 33, height: 1 },
  { inChannels: 3, outChannels: 4, width: 1, height: 33 },
  // Windows of Winograd's algorithm inside and at every edge; more of them than are transformed at once.
  { inChannels: 3, outChannels: 5, width: 13, height: 11 },
  { inChannels: 61, outChannels: 9, width: 24, height: 21 },
];

describeLayers(['conv'], 'the convolution', (run) => {
  const check = parity('conv', TOLERANCE);

  async function compare(
    shape: Case & { side: 1 | 3; stride: 1 | 2 },
    how: { relu?: boolean; shortcut?: boolean; parts?: number[] } = {},
  ): Promise<void> {
    const { inChannels, outChannels, width, height, side, stride } = shape;
    const { relu = false, parts = [inChannels] } = how;
    const outCells = outChannels * convSide(width, stride) * convSide(height, stride);
    const x = noise('x', inChannels * width * height);
    const weight = noise('weight', outChannels * inChannels * side ** 2);
    const bias = noise('bias', outChannels);
    const shortcut = how.shortcut ? noise('shortcut', outCells) : undefined;

    const input: MapTensor = { id: 0, label: 'input', channels: inChannels, stride: 1 };
    const output: MapTensor = { id: 1, label: 'output', channels: outChannels, stride };
    const added: MapTensor = { id: 2, label: 'shortcut', channels: outChannels, stride };
    const layer: ConvLayer = { op: 'conv', name: 'conv', input, output, side, stride, relu, shortcut: shortcut && added };
    const given = new Map(shortcut ? [[added, shortcut]] : []);
    const layers: Layer[] = [layer];
    if (parts.length > 1) {
      // The parts of a concatenation start blocks of their own, and so must the weights' columns.
      let first = 0;
      const inputs = parts.map((channels, i): MapTensor => ({ id: 3 + i, label: `part ${i}`, channels, stride: 1 }));
      for (const part of inputs) given.set(part, x.subarray(first, (first += part.channels * width * height)));
      layers.unshift({ op: 'concat', name: 'parts', inputs, output: input });
    } else {
      given.set(input, x);
    }
    const weights: Weights = new Map([
      ['conv.weight', { shape: [outChannels, inChannels, side, side], data: weight }],
      ['conv.bias', { shape: [outChannels], data: bias }],
    ]);
    check(await run(layers, given, weights, width, height), conv(shape, { x, weight, bias, shortcut, relu }));
  }

  for (const side of [1, 3] as const) {
    for (const stride of [1, 2] as const) {
      it.each(CASES)(`${side}×${side}, stride ${stride}: $inChannels→$outChannels of $width×$height`, async (shape) => {
        await compare({ ...shape, side, stride });
      });
    }
  }

  it.each([
    { relu: true, shortcut: false },
    { relu: false, shortcut: true },
    { relu: true, shortcut: true },
  ])('with ReLU $relu, shortcut $shortcut', async (how) => {
    await compare({ ...CASES[3], side: 3, stride: 1 }, how);
    await compare({ ...CASES[1], side: 3, stride: 2 }, how);
    await compare({ ...CASES[4], side: 1, stride: 1 }, how);
  });

  it.each([[[3, 17]], [[1, 4, 5]], [[17, 1, 1, 16]]])('reads a concatenation of %j channels', async (parts) => {
    const inChannels = parts.reduce((sum, channels) => sum + channels, 0);
    for (const side of [1, 3] as const) {
      await compare({ inChannels, outChannels: 5, width: 5, height: 7, side, stride: 1 }, { parts, relu: true });
    }
  });
});
