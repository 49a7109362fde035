import { interpolateInto } from './interpolate.ts';
import type { Planes, ScaledPlanes } from './planes.ts';
import { commonChannels, scaledToWidest } from './planes.ts';

/**
 * Reference of the exchange between HRNet's branches: ReLU of the sum of maps with equally many
 * channels, coarser ones repeated (nearest), or upsampled bilinearly, to the widest one's size.
 *
 * @throws ManyposeError `invalid-argument` for maps that do not fit.
 */
export function fuse(inputs: readonly Planes[], upsampling: 'nearest' | 'bilinear' = 'nearest'): Planes {
  const { width, height, scaled } = scaledToWidest(inputs);
  const channels = commonChannels(inputs);
  const upsample = upsampling === 'nearest' ? repeatInto : interpolateInto;
  const terms = scaled.map((term) => {
    const values = new Float32Array(channels * width * height);
    upsample(term, values, width, height);
    return values;
  });
  const values = terms[0].map((_, i) =>
    Math.max(
      0,
      terms.reduce((sum, term) => sum + term[i], 0),
    ),
  );
  return { channels, width, height, values };
}

function repeatInto({ planes, factor }: ScaledPlanes, out: Float32Array, width: number, height: number): void {
  for (let row = 0; row < planes.channels * height; row++) {
    const from = Math.floor(row / factor) * planes.width;
    for (let x = 0; x < width; x++) out[row * width + x] = planes.values[from + Math.floor(x / factor)];
  }
}
