import { ManyposeError } from '../errors.ts';
import type { Planes } from './planes.ts';
import { commonChannels, scaledToWidest } from './planes.ts';

/**
 * Reference of the mean of maps of one shape.
 *
 * @throws ManyposeError `invalid-argument` for maps of different shapes.
 */
export function mean(inputs: readonly Planes[]): Planes {
  return cellwise(inputs, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
}

/**
 * Reference of the greatest of maps of one shape.
 *
 * @throws ManyposeError `invalid-argument` for maps of different shapes.
 */
export function maximum(inputs: readonly Planes[]): Planes {
  return cellwise(inputs, (values) => Math.max(...values));
}

function cellwise(inputs: readonly Planes[], join: (values: readonly number[]) => number): Planes {
  const { width, height, scaled } = scaledToWidest(inputs);
  if (scaled.some(({ factor }) => factor !== 1)) {
    throw new ManyposeError('invalid-argument', `expected maps of one size, ${width}×${height}`);
  }
  const channels = commonChannels(inputs);
  const values = Float32Array.from({ length: channels * width * height }, (_, i) => join(inputs.map((input) => input.values[i])));
  return { channels, width, height, values };
}
