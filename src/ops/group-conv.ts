import { ManyposeError } from '../errors.ts';
import { conv } from './conv.ts';

/** Sizes of one convolution whose channels fall into groups. */
export interface GroupConvShape {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
  readonly width: number;
  readonly height: number;
  /** Side of the square window; padding is (side - 1) / 2. */
  readonly side: 1 | 3;
}

/** What it reads, all in C order. */
export interface GroupConvInputs {
  /** [inChannels, height, width]. */
  readonly x: Float32Array;
  /** [outChannels, inChannels / groups, side, side]. */
  readonly weight: Float32Array;
  /** [outChannels]. */
  readonly bias: Float32Array;
}

/**
 * Reference of the grouped convolution: an ordinary one from each group of input channels to the same group of
 * output channels.
 *
 * @returns [outChannels, height, width].
 * @throws ManyposeError `invalid-argument` for arrays that do not have the shape's sizes.
 */
export function groupConv(
  { inChannels, outChannels, groups, width, height, side }: GroupConvShape,
  { x, weight, bias }: GroupConvInputs,
): Float32Array {
  const [ins, outs] = [inChannels / groups, outChannels / groups];
  const cells = width * height;
  if (!(Number.isInteger(ins) && Number.isInteger(outs))) {
    throw new ManyposeError('invalid-argument', `${inChannels} and ${outChannels} channels are not ${groups} groups`);
  }
  if (x.length !== inChannels * cells || weight.length !== outChannels * ins * side ** 2 || bias.length !== outChannels) {
    throw new ManyposeError(
      'invalid-argument',
      `expected ${inChannels * cells} values, ${outChannels * ins * side ** 2} weights and ` +
        `${outChannels} biases, got ${x.length}, ${weight.length} and ${bias.length}`,
    );
  }
  const out = new Float32Array(outChannels * cells);
  const part = (array: Float32Array, group: number): Float32Array => {
    const length = array.length / groups;
    return array.subarray(group * length, (group + 1) * length);
  };
  for (let group = 0; group < groups; group++) {
    out.set(
      conv(
        { inChannels: ins, outChannels: outs, width, height, side, stride: 1 },
        { x: part(x, group), weight: part(weight, group), bias: part(bias, group) },
      ),
      group * outs * cells,
    );
  }
  return out;
}
