import type { WeightedLayer } from '../../network/network.ts';
import { groupsOf, sideOf } from '../../network/network.ts';
import { blocksOf, channelPlaces } from '../../network/parts.ts';
import { LANES } from '../layout.ts';
import type { LayerWeights, PackedWeights, Step } from './variant.ts';

const FLOATS_PER_MATRIX = LANES * LANES;

export interface MatrixOrder {
  /** Output blocks that an invocation computes together; weights and biases are padded to whole groups. */
  readonly outBlocks: number;
  /** What a shader goes through in the outer loop: taps where finding a tap's place costs, else input blocks. */
  readonly outer: 'taps' | 'blocks';
}

/**
 * Weights [out, in of a group, k, k] as 4×4 matrices whose columns are input channels and rows output channels: for
 * each group [sets of output blocks][taps, input blocks in the order given][output blocks of the set].
 */
export function packMatrices(
  { layer, parts }: Step<WeightedLayer>,
  { weight, bias }: LayerWeights,
  { outBlocks, outer }: MatrixOrder,
): PackedWeights {
  const groups = groupsOf(layer.input);
  const groupOuts = layer.output.channels / groups;
  const sets = Math.ceil(groupOuts / (LANES * outBlocks));
  const inputParts = parts(layer.input).slice(0, parts(layer.input).length / groups);
  const inBlocks = blocksOf(inputParts, LANES);
  const places = channelPlaces(inputParts, LANES);
  const taps = sideOf(layer) ** 2;
  const floats = groups * sets * inBlocks * taps * outBlocks * FLOATS_PER_MATRIX;
  const biasFloats = groups * sets * outBlocks * LANES;
  const tapStep = outer === 'taps' ? inBlocks : 1;
  const blockStep = outer === 'taps' ? 1 : taps;
  return {
    matrices: {
      bytes: floats * 4,
      write(to, offset) {
        const out = new Float32Array(to, offset, floats);
        let from = 0;
        for (let channel = 0; channel < layer.output.channels; channel++) {
          const [group, o] = [Math.floor(channel / groupOuts), channel % groupOuts];
          const outBlock = Math.floor(o / LANES);
          const first = (group * sets + Math.floor(outBlock / outBlocks)) * inBlocks * taps;
          for (const place of places) {
            const inBlock = Math.floor(place / LANES);
            const element = (outBlock % outBlocks) * FLOATS_PER_MATRIX + (place % LANES) * LANES + (o % LANES);
            for (let tap = 0; tap < taps; tap++) {
              const matrix = (first + inBlock * blockStep + tap * tapStep) * outBlocks;
              out[matrix * FLOATS_PER_MATRIX + element] = weight[from++];
            }
          }
        }
      },
    },
    bias: {
      bytes: biasFloats * 4,
      write(to, offset) {
        const out = new Float32Array(to, offset, biasFloats);
        for (let group = 0; group < groups; group++) {
          out.set(bias.subarray(group * groupOuts, (group + 1) * groupOuts), group * sets * outBlocks * LANES);
        }
      },
    },
  };
}
