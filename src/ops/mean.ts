import { ManyposeError } from '../errors.ts';
import type { Planes } from './planes.ts';
import { commonChannels, scaledToWidest } from './planes.ts';

/**
 * Reference of the mean of maps of one shape.
 *
 * @throws ManyposeError `invalid-argument` for maps of different shapes.
 */
export function mean(inputs: readonly Planes[]): Planes {
  const { width, height, scaled } = scaledToWidest(inputs);
  if (scaled.some(({ factor }) => factor !== 1)) {
    throw new ManyposeError('invalid-argument', `expected maps of one size, ${width}×${height}`);
  }
  const channels = commonChannels(inputs);
  const values = new Float32Array(channels * width * height);
  for (let i = 0; i < values.length; i++) {
    values[i] = inputs.reduce((sum, input) => sum + input.values[i], 0) / inputs.length;
  }
  return { channels, width, height, values };
}
