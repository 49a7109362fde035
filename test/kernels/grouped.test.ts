import { it } from 'vitest';
import type { Layer, MapTensor } from '../../src/network/network.ts';
import { adaptiveConv } from '../../src/ops/adaptive-conv.ts';
import { groupConv } from '../../src/ops/group-conv.ts';
import { describeLayers } from '../support/describe-layers.ts';
import { noise, parity } from '../support/parity.ts';

/** Float32 sums of some hundred products. */
const TOLERANCE = 4e-6;

const map = (id: number, channels: number, groups = 1, stride = 1): MapTensor => ({
  id,
  label: `map ${id}`,
  channels,
  stride,
  groups,
});

/** Layers that keep groups of channels apart, together: what is split must come back. */
const GROUPED = [
  { groups: 1, channels: 3, width: 5, height: 4 },
  { groups: 2, channels: 15, width: 9, height: 2 },
  { groups: 3, channels: 8, width: 1, height: 13 },
  { groups: 17, channels: 15, width: 7, height: 5 },
  { groups: 2, channels: 20, width: 11, height: 6 },
];

describeLayers(['split', 'groupConv', 'adaptiveConv'], 'layers of groups of channels', (run) => {
  const check = parity('groups', TOLERANCE);

  it.each(GROUPED.flatMap((shape) => [1, 3].map((side) => ({ ...shape, side: side as 1 | 3 }))))(
    'split and groupConv $side×$side, $groups of $channels channels of $width×$height',
    async ({ groups, channels, width, height, side }) => {
      const [input, parts, output] = [map(0, groups * channels), map(1, groups * channels, groups), map(2, groups * 2)];
      const [x, weight, bias] = [
        noise('x', groups * channels * width * height),
        noise('weight', groups * 2 * channels * side ** 2),
        noise('bias', groups * 2),
      ];
      const layers: Layer[] = [
        { op: 'split', name: 'split', input, output: parts },
        { op: 'groupConv', name: 'conv', input: parts, output, side },
      ];
      const weights = new Map([
        ['conv.weight', { shape: [groups * 2, channels, side, side], data: weight }],
        ['conv.bias', { shape: [groups * 2], data: bias }],
      ]);
      check(
        await run(layers, new Map([[input, x]]), weights, width, height),
        groupConv({ inChannels: groups * channels, outChannels: groups * 2, groups, width, height, side }, { x, weight, bias }),
      );
    },
  );

  it.each(GROUPED)(
    'adaptiveConv with a translation, $groups of $channels channels of $width×$height',
    async ({ groups, channels, width, height }) => {
      const all = groups * channels;
      const cells = width * height;
      const [input, parts, transform, translation, moved, output] = [
        map(0, all),
        map(1, all, groups),
        map(2, 4 * groups),
        map(3, 2 * groups),
        map(4, all, groups),
        map(5, all),
      ];
      const [x, t, move] = [
        noise('x', all * cells),
        noise('transform', 4 * groups * cells, 2),
        noise('translation', 2 * groups * cells, 3),
      ];
      const [weight, bias] = [noise('weight', all * channels * 9), noise('bias', all)];
      // Back to one group by an identity, so that the result can be read.
      const identity = Float32Array.from({ length: all * channels }, (_, i) =>
        Number(Math.floor(i / channels) % channels === i % channels),
      );
      const layers: Layer[] = [
        { op: 'split', name: 'split', input, output: parts },
        {
          op: 'adaptiveConv',
          name: 'adaptive',
          norm: 'norm',
          input: parts,
          transform,
          translation,
          dilation: 2,
          relu: true,
          shortcut: parts,
          output: moved,
        },
        { op: 'groupConv', name: 'identity', input: moved, output, side: 1 },
      ];
      const weights = new Map([
        ['adaptive.weight', { shape: [all, channels, 3, 3], data: weight }],
        ['adaptive.bias', { shape: [all], data: bias }],
        ['identity.weight', { shape: [all, channels, 1, 1], data: identity }],
        ['identity.bias', { shape: [all], data: new Float32Array(all) }],
      ]);
      check(
        await run(
          layers,
          new Map([
            [input, x],
            [transform, t],
            [translation, move],
          ]),
          weights,
          width,
          height,
        ),
        adaptiveConv(
          { inChannels: all, outChannels: all, width, height, dilation: 2, groups },
          { x, transform: t, translation: move, weight, bias, shortcut: x, relu: true },
        ),
      );
    },
  );
});
