import type { InputGeometry } from '../geometry.ts';
import type { Inspection, Point } from '../inspection.ts';
import type { InspectedMaps } from '../network/inspected-maps.ts';
import { CENTER_THRESHOLD } from '../ops/candidate-rules.ts';
import { findCenters } from '../ops/centers.ts';
import { finishMaps } from '../ops/finish-maps.ts';
import type { KeypointSet, Pose } from '../pose.ts';
import { candidatesFromMaps } from './candidates-from-maps.ts';
import type { DecodeOptions } from './decode.ts';
import { decodePoses } from './decode.ts';

/** What a network's maps say of an image, and the people in it with what led to each. */
export function inspectionOf(
  { sampling, ...raw }: InspectedMaps,
  geometry: InputGeometry,
  keypointSet: KeypointSet,
  options: DecodeOptions,
): Inspection {
  const maps = finishMaps(raw);
  const { width, height, scale, shiftX, shiftY } = geometry;
  const candidates = candidatesFromMaps(maps, width, height, options.rules);
  const personOf = new Map<Pose, number>();
  const poses = decodePoses(candidates, geometry, keypointSet, {
    ...options,
    onPose: (pose, person) => personOf.set(pose, person),
  });

  const { centerMap } = maps;
  // In the order of the candidates.
  const cells = findCenters(centerMap.values, centerMap.width, centerMap.height, CENTER_THRESHOLD).index;
  const stride = width / centerMap.width;
  const inImage = (x: number, y: number): Point => ({ x: (x - shiftX) / scale, y: (y - shiftY) / scale });
  return {
    geometry,
    maps,
    sampling,
    people: poses.map((pose) => {
      const person = personOf.get(pose)!;
      const [column, row] = [cells[person] % centerMap.width, Math.floor(cells[person] / centerMap.width)];
      const regressedAt = (k: number): number => 2 * (person * candidates.keypoints + k);
      return {
        pose,
        center: { ...inImage(column * stride, row * stride), score: candidates.centerScores[person] },
        regressed: pose.keypoints.map((_, k) =>
          inImage(candidates.regressed[regressedAt(k)], candidates.regressed[regressedAt(k) + 1]),
        ),
      };
    }),
  };
}
