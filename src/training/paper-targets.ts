import type { MapSize } from './gaussians.ts';
import { drawGaussian, eachCell, isOnMap } from './gaussians.ts';
import type { PersonOnMap } from './people.ts';
import type { MapTargets, TargetSettings } from './target-settings.ts';

/**
 * Targets as the paper's section 3 describes them, where that differs from the released code. Where it
 * leaves a choice, this is our reading:
 *
 * - One weight map per keypoint type ("tradeoff heatmap estimation loss"): 1 in the windows of that type's
 *   keypoints, which are those of the heatmaps, else the background's; 0 where loss does not count.
 * - A center region is a disc: the cells within 4 cells of the exact center. The center heatmap is its
 *   Gaussian there and 0 elsewhere; its loss counts everywhere.
 * - A cell of several discs belongs to the nearest center alone (of equally near ones the earlier), whether
 *   or not that person has the keypoint.
 * - An offset weighs 1 / diagonal of the person's box, in input pixels.
 */
export function paperTargets(
  people: readonly PersonOnMap[],
  region: Uint8Array,
  size: MapSize,
  keypoints: number,
  settings: TargetSettings,
): MapTargets {
  const { sigma, centerSigma, backgroundWeight, offsetRadius } = settings;
  const cells = size.width * size.height;
  const heatmaps = new Float32Array(keypoints * cells);
  const near = new Uint8Array(keypoints * cells);
  for (const { joints } of people) {
    joints.forEach((joint, k) => {
      const [from, to] = [k * cells, (k + 1) * cells];
      if (joint) drawGaussian(heatmaps.subarray(from, to), near.subarray(from, to), size, joint, sigma);
    });
  }
  const heatmapWeights = Float32Array.from(near, (isNear, i) => (isNear ? 1 : backgroundWeight) * region[i % cells]);
  const centerMap = new Float32Array(cells);
  const owner = centerRegions(people, size, offsetRadius, (index, distance) => {
    centerMap[index] = Math.max(centerMap[index], Math.exp(-(distance ** 2) / (2 * centerSigma ** 2)));
  });
  return {
    ...size,
    keypoints,
    heatmaps,
    centerMap,
    heatmapWeights,
    centerWeights: Float32Array.from(region),
    ...ownedOffsets(people, owner, size, keypoints),
  };
}

/** Whose center region each cell is in, by index; -1 for nobody's. */
function centerRegions(
  people: readonly PersonOnMap[],
  size: MapSize,
  radius: number,
  inside: (index: number, distance: number) => void,
): Int32Array {
  const owner = new Int32Array(size.width * size.height).fill(-1);
  const nearest = new Float64Array(owner.length).fill(Infinity);
  people.forEach(({ center }, person) => {
    if (!center || !isOnMap(center, size)) return;
    const window = {
      x0: Math.ceil(center.x - radius),
      x1: Math.floor(center.x + radius),
      y0: Math.ceil(center.y - radius),
      y1: Math.floor(center.y + radius),
    };
    eachCell(size, window, (index, x, y) => {
      const distance = Math.hypot(x - center.x, y - center.y);
      if (distance > radius) return;
      inside(index, distance);
      if (distance >= nearest[index]) return;
      nearest[index] = distance;
      owner[index] = person;
    });
  });
  return owner;
}

function ownedOffsets(
  people: readonly PersonOnMap[],
  owner: Int32Array,
  size: MapSize,
  keypoints: number,
): Pick<MapTargets, 'offsetMap' | 'offsetWeights'> {
  const cells = owner.length;
  const offsetMap = new Float32Array(2 * keypoints * cells);
  const offsetWeights = new Float32Array(2 * keypoints * cells);
  owner.forEach((person, index) => {
    if (person < 0) return;
    const { joints, boxDiagonal } = people[person];
    joints.forEach((joint, k) => {
      if (!joint || !isOnMap(joint, size)) return;
      const [atX, atY] = [2 * k * cells + index, (2 * k + 1) * cells + index];
      offsetMap[atX] = (index % size.width) - joint.x;
      offsetMap[atY] = Math.floor(index / size.width) - joint.y;
      offsetWeights[atX] = 1 / boxDiagonal;
      offsetWeights[atY] = 1 / boxDiagonal;
    });
  });
  return { offsetMap, offsetWeights };
}
