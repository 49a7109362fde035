import type { Planes } from './planes.ts';
import { commonChannels, scaledToWidest } from './planes.ts';

/**
 * Reference of the exchange between HRNet's branches: ReLU of the sum of maps with equally many
 * channels, coarser ones repeated (nearest) up to the widest one's size.
 *
 * @throws ManyposeError `invalid-argument` for maps that do not fit.
 */
export function fuse(inputs: readonly Planes[]): Planes {
  const { width, height, scaled } = scaledToWidest(inputs);
  const channels = commonChannels(inputs);
  const values = new Float32Array(channels * width * height);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (const { planes, factor } of scaled) {
          const row = c * planes.height + Math.floor(y / factor);
          sum += planes.values[row * planes.width + Math.floor(x / factor)];
        }
        values[(c * height + y) * width + x] = Math.max(0, sum);
      }
    }
  }
  return { channels, width, height, values };
}
