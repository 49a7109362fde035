import type { MapSize } from './gaussians.ts';
import { drawGaussian, eachCell, isOnMap } from './gaussians.ts';
import type { PersonOnMap } from './people.ts';
import type { MapTargets, TargetSettings } from './target-settings.ts';

/**
 * Targets as the released code makes them (reference section 4):
 *
 * - One weight map for all channels: 1 in the window of any keypoint or center, else the background's;
 *   0 where loss does not count.
 * - Offsets on the 8×8 cells c - 4..c + 3 around the center truncated to a cell, for the keypoints on the
 *   map. Per keypoint the smallest box takes a contested cell, of equal ones the later.
 * - An offset weighs 1 / √(box width · height).
 *
 * One thing is not followed: there the area compared with is that last written to the cell by *any*
 * keypoint, in float32, so that the result hangs on the order of people and on rounding.
 */
export function releasedTargets(
  people: readonly PersonOnMap[],
  region: Uint8Array,
  size: MapSize,
  keypoints: number,
  settings: TargetSettings,
): MapTargets {
  const { sigma, centerSigma, backgroundWeight, offsetRadius } = settings;
  const cells = size.width * size.height;
  const heatmaps = new Float32Array(keypoints * cells);
  const centerMap = new Float32Array(cells);
  const near = new Uint8Array(cells);
  for (const { joints, center } of people) {
    joints.forEach((joint, k) => joint && drawGaussian(heatmaps.subarray(k * cells, (k + 1) * cells), near, size, joint, sigma));
    if (center) drawGaussian(centerMap, near, size, center, centerSigma);
  }
  const weights = Float32Array.from(region, (counts, i) => (near[i] ? 1 : backgroundWeight) * counts);
  return {
    ...size,
    keypoints,
    heatmaps,
    centerMap,
    heatmapWeights: weights,
    centerWeights: weights,
    ...releasedOffsets(people, size, keypoints, offsetRadius),
  };
}

/** Offsets and their weights alone. */
export function releasedOffsets(
  people: readonly PersonOnMap[],
  size: MapSize,
  keypoints: number,
  radius: number,
): Pick<MapTargets, 'offsetMap' | 'offsetWeights'> {
  const cells = size.width * size.height;
  const offsetMap = new Float32Array(2 * keypoints * cells);
  const offsetWeights = new Float32Array(2 * keypoints * cells);
  // The largest first, of equals the earlier: who comes later overwrites.
  const order = [...people].sort((a, b) => b.boxArea - a.boxArea);
  for (const { joints, center, boxArea } of order) {
    if (!center) continue;
    // Truncated, not rounded down: a center just left of the map still counts.
    const [cx, cy] = [Math.trunc(center.x), Math.trunc(center.y)];
    if (!isOnMap({ x: cx, y: cy }, size)) continue;
    const weight = 1 / Math.sqrt(boxArea);
    const window = { x0: cx - radius, x1: cx + radius - 1, y0: cy - radius, y1: cy + radius - 1 };
    joints.forEach((joint, k) => {
      if (!joint || !isOnMap(joint, size)) return;
      eachCell(size, window, (index, x, y) => {
        const [atX, atY] = [2 * k * cells + index, (2 * k + 1) * cells + index];
        offsetMap[atX] = x - joint.x;
        offsetMap[atY] = y - joint.y;
        offsetWeights[atX] = weight;
        offsetWeights[atY] = weight;
      });
    });
  }
  return { offsetMap, offsetWeights };
}
