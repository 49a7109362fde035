import source from '../../../shaders/group-conv.wgsl?raw';
import type { GroupConvLayer } from '../../network/network.ts';
import { groupsOf, sideOf } from '../../network/network.ts';
import type { Kernel } from '../kernel.ts';
import { THREADS, uniformBlock, workgroupsFor } from '../kernel.ts';
import { LANES } from '../layout.ts';
import type { WeightedVariant } from './variant.ts';

const kernel: Kernel = {
  name: 'group-conv',
  source: [source],
  constants: { THREADS },
  bindings: ['uniform', 'read', 'read', 'read', 'write'],
};

export const groupConv: WeightedVariant<GroupConvLayer> = {
  id: 'plain',

  pack({ layer }, { weight, bias }) {
    const groupChannels = layer.input.channels / groupsOf(layer.input);
    const blocks = Math.ceil(groupChannels / LANES);
    const taps = sideOf(layer) ** 2;
    const floats = layer.output.channels * taps * blocks * LANES;
    const biasFloats = Math.ceil(layer.output.channels / LANES) * LANES;
    return {
      matrices: {
        bytes: floats * 4,
        write(to, offset) {
          const out = new Float32Array(to, offset, floats);
          weight.forEach((value, i) => {
            const [row, tap] = [Math.floor(i / taps), i % taps];
            const [channel, lane] = [Math.floor(row / groupChannels), row % groupChannels];
            out[(channel * taps + tap) * blocks * LANES + lane] = value;
          });
        },
      },
      bias: { bytes: biasFloats * 4, write: (to, offset) => new Float32Array(to, offset, biasFloats).set(bias) },
    };
  },

  calls(layer, mapOf, { matrices, bias }) {
    const [input, output] = [mapOf(layer.input), mapOf(layer.output)];
    const { width, height, blocks } = output.shape;
    const groups = groupsOf(layer.input);
    return [
      {
        kernel,
        label: layer.name,
        constants: { SIDE: layer.side },
        uniforms: uniformBlock([
          width,
          height,
          input.shape.blocks / groups,
          layer.output.channels / groups,
          layer.output.channels,
          0,
          0,
          0,
        ]),
        storage: [input.range, matrices, bias, output.range],
        workgroups: workgroupsFor(width * height, blocks),
      },
    ];
  },
};
