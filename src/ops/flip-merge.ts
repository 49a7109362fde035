import { ManyposeError } from '../errors.ts';
import type { NetworkMaps } from './network-maps.ts';
import type { Planes } from './planes.ts';

/**
 * Averages a run's maps with those of the mirrored input (which is shifted left by 3 pixels before
 * the network, reference section 3.1), columns mirrored back and left and right swapped.
 *
 * Seen back in the plain map, a keypoint regressed in cell x of the mirrored map lies at
 * W - 1 - ((W - 1 - x) - offset) = x + offset: the x offset changes its sign, the y offset does not.
 *
 * @param mirror index of each keypoint's left/right counterpart.
 * @throws ManyposeError `invalid-argument` if the two runs' maps differ in size.
 */
export function mergeFlipped(plain: NetworkMaps, mirrored: NetworkMaps, mirror: readonly number[]): NetworkMaps {
  return {
    heatmaps: average(plain.heatmaps, mirrored.heatmaps, (k) => mirroredChannel('heatmaps', k, mirror)),
    centerMap: average(plain.centerMap, mirrored.centerMap, (channel) => mirroredChannel('centerMap', channel, mirror)),
    offsetMap: average(plain.offsetMap, mirrored.offsetMap, (axis) => mirroredChannel('offsetMap', axis, mirror)),
  };
}

/** Where a channel comes from in the mirrored run, and by what it is multiplied. */
export interface SignedChannel {
  readonly channel: number;
  readonly sign: 1 | -1;
}

/** The mirrored run's channel for one of an output: left and right swapped, and x offsets change their sign. */
export function mirroredChannel(output: keyof NetworkMaps, channel: number, mirror: readonly number[]): SignedChannel {
  if (output === 'centerMap') return { channel, sign: 1 };
  if (output !== 'offsetMap') return { channel: mirror[channel], sign: 1 };
  return { channel: 2 * mirror[channel >> 1] + (channel & 1), sign: channel & 1 ? 1 : -1 };
}

function average(plain: Planes, mirrored: Planes, channelOf: (channel: number) => SignedChannel): Planes {
  const { channels, width, height } = plain;
  if (mirrored.width !== width || mirrored.height !== height || mirrored.channels !== channels) {
    throw new ManyposeError(
      'invalid-argument',
      `expected mirrored maps of ${channels}×${height}×${width}, got ${mirrored.channels}×${mirrored.height}×${mirrored.width}`,
    );
  }
  const values = new Float32Array(plain.values.length);
  for (let c = 0; c < channels; c++) {
    const { channel, sign } = channelOf(c);
    for (let y = 0; y < height; y++) {
      const row = (c * height + y) * width;
      const last = (channel * height + y) * width + width - 1;
      for (let x = 0; x < width; x++) values[row + x] = 0.5 * (plain.values[row + x] + sign * mirrored.values[last - x]);
    }
  }
  return { channels, width, height, values };
}
