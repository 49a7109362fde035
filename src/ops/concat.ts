import { interpolateInto } from './interpolate.ts';
import type { Planes } from './planes.ts';
import { scaledToWidest } from './planes.ts';

/**
 * Reference of the concatenation: the channels of all maps one after another, coarser maps upsampled
 * bilinearly to the widest one's size. Half-pixel centres: output cell x lies at (x + 0.5) / factor
 * - 0.5 of the input, clamped into it (PyTorch's align_corners = false).
 *
 * @throws ManyposeError `invalid-argument` for maps that do not fit.
 */
export function concat(inputs: readonly Planes[]): Planes {
  const { width, height, scaled } = scaledToWidest(inputs);
  const channels = inputs.reduce((sum, input) => sum + input.channels, 0);
  const values = new Float32Array(channels * width * height);
  let first = 0;
  for (const input of scaled) {
    interpolateInto(input, values.subarray(first * width * height), width, height);
    first += input.planes.channels;
  }
  return { channels, width, height, values };
}
