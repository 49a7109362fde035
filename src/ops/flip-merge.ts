import { ManyposeError } from '../errors.ts';
import type { NetworkMaps } from './network-maps.ts';

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
  const { keypoints, width, height } = plain;
  if (mirrored.width !== width || mirrored.height !== height || mirrored.keypoints !== keypoints) {
    throw new ManyposeError(
      'invalid-argument',
      `expected mirrored maps of ${keypoints}×${height}×${width}, `
      + `got ${mirrored.keypoints}×${mirrored.height}×${mirrored.width}`,
    );
  }
  const heatmaps = new Float32Array(plain.heatmaps.length);
  const offsetMap = new Float32Array(plain.offsetMap.length);
  const centerMap = new Float32Array(plain.centerMap.length);
  const average = (
    to: Float32Array, a: Float32Array, channel: number, b: Float32Array, mirroredChannel: number, sign: number,
  ): void => {
    for (let y = 0; y < height; y++) {
      const row = (channel * height + y) * width;
      const last = (mirroredChannel * height + y) * width + width - 1;
      for (let x = 0; x < width; x++) to[row + x] = 0.5 * (a[row + x] + sign * b[last - x]);
    }
  };
  average(centerMap, plain.centerMap, 0, mirrored.centerMap, 0, 1);
  for (let k = 0; k < keypoints; k++) {
    average(heatmaps, plain.heatmaps, k, mirrored.heatmaps, mirror[k], 1);
    average(offsetMap, plain.offsetMap, 2 * k, mirrored.offsetMap, 2 * mirror[k], -1);
    average(offsetMap, plain.offsetMap, 2 * k + 1, mirrored.offsetMap, 2 * mirror[k] + 1, 1);
  }
  return { keypoints, width, height, heatmaps, centerMap, offsetMap };
}
