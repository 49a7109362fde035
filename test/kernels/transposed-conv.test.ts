import { it } from 'vitest';
import type { Layer, MapTensor } from '../../src/network/network.ts';
import { transposedConv } from '../../src/ops/transposed-conv.ts';
import { describeLayers } from '../support/describe-layers.ts';
import { noise, parity } from '../support/parity.ts';

/** Float32 sums of some hundred products. */
const TOLERANCE = 4e-6;

const map = (id: number, channels: number, stride: number): MapTensor => ({ id, label: `map ${id}`, channels, stride });

describeLayers(['transposedConv'], 'the transposed convolution kernel', (run) => {
  const check = parity('transposed-conv', TOLERANCE);

  it.each([
    [1, 1, 1, 1],
    [3, 5, 5, 4],
    [17, 35, 9, 2],
    [65, 48, 1, 7],
    [8, 9, 6, 3],
  ])('%i to %i channels of %i×%i', async (ins, outs, width, height) => {
    const [input, output] = [map(0, ins, 2), map(1, outs, 1)];
    const [x, weight, bias] = [noise('x', ins * width * height), noise('weight', outs * ins * 16), noise('bias', outs)];
    const layers: Layer[] = [{ op: 'transposedConv', name: 'up', norm: 'norm', input, output }];
    const weights = new Map([
      ['up.weight', { shape: [outs, ins, 4, 4], data: weight }],
      ['up.bias', { shape: [outs], data: bias }],
    ]);
    check(
      await run(layers, new Map([[input, x]]), weights, 2 * width, 2 * height),
      transposedConv({ inChannels: ins, outChannels: outs, width, height }, { x, weight, bias }),
    );
  });
});
