import { CENTER_THRESHOLD } from '../ops/candidate-rules.ts';
import { ManyposeError } from '../errors.ts';
import type { DecodingRules } from '../network/decoding-rules.ts';
import { PAPER_RULES } from '../network/decoding-rules.ts';
import { findCenters } from '../ops/centers.ts';
import { regressKeypoints } from '../ops/gather.ts';
import type { HeatField, HeatStack } from '../ops/heat-upsample.ts';
import { heatAt, heatStackOf, meanStack } from '../ops/heat-upsample.ts';
import { cutHeatWindows } from '../ops/heat-windows.ts';
import { joined } from '../ops/joined.ts';
import type { NetworkMaps } from '../ops/network-maps.ts';
import type { Planes } from '../ops/planes.ts';
import { upsamplingRatio } from '../ops/planes.ts';
import { findPeaksUpsampled } from '../ops/upsampled-peaks.ts';
import type { PoseCandidates } from './candidates.ts';
import { rankingOf } from './center-ranking.ts';

/** Maps of one scale: those of an input `scale` times as large as that of scale 1. */
export interface ScaleMaps {
  readonly scale: number;
  readonly maps: NetworkMaps;
}

/**
 * What decoding needs of a network's maps (with a flip test: already merged).
 *
 * @throws ManyposeError `invalid-argument` if the maps are not a whole fraction of the input.
 */
export function candidatesFromMaps(
  maps: NetworkMaps,
  inputWidth: number,
  inputHeight: number,
  rules?: DecodingRules,
): PoseCandidates {
  return candidatesFromScales([{ scale: 1, maps }], inputWidth, inputHeight, rules);
}

/**
 * The same from several scales (reference sections 3.3 to 3.5): heatmaps averaged at the size of
 * scale 1's input, centers of every scale on their own. Maps are finished ones (`finishMaps`).
 *
 * @param scales one of them of scale 1.
 * @param inputWidth width of scale 1's input in pixels; likewise inputHeight.
 * @throws ManyposeError `invalid-argument` without scale 1, or if maps do not fit the input.
 */
export function candidatesFromScales(
  scales: readonly ScaleMaps[],
  inputWidth: number,
  inputHeight: number,
  rules: DecodingRules = PAPER_RULES,
): PoseCandidates {
  const reference = scales.find(({ scale }) => scale === 1);
  if (!reference) throw new ManyposeError('invalid-argument', 'one of the scales must be 1');
  const keypoints = reference.maps.heatmaps.channels;
  const heatmaps = stackOf(scales, inputWidth, inputHeight);
  // Suppression walks the scales from large to small.
  const walked = [...scales].sort((a, b) => b.scale - a.scale);
  const best = ({ maps: { centerMap } }: ScaleMaps): number =>
    rules.otherScales.threshold === 'own' ? (centersOf(centerMap).scores[0] ?? 0) : maximum(centerMap.values);
  const bestAtScale1 = best(reference);
  const people = walked.map((each) => {
    const ownBest = each === reference ? bestAtScale1 : best(each);
    const { threshold, factor } = rankingOf(rules, each.scale, ownBest, bestAtScale1);
    const { cells, scores } = centersOf(each.maps.centerMap, threshold);
    return { scores: scores.map((score) => score * factor), regressed: regressAt(cells, each.maps, inputWidth, rules) };
  });
  const centerScores = joined(people.map(({ scores }) => scores));
  const regressed = joined(people.map((part) => part.regressed));
  const peaks = findPeaksUpsampled(heatmaps, keypoints);
  return {
    inputWidth,
    inputHeight,
    keypoints,
    centerScores,
    regressed,
    peaks,
    heat: cutHeatWindows(heatmaps, keypoints, peaks, regressed),
  };
}

/**
 * The heatmap of every keypoint type, to be read at any pixel of scale 1's input.
 *
 * @throws ManyposeError `invalid-argument` if maps do not fit the input.
 */
export function heatFromScales(scales: readonly ScaleMaps[], inputWidth: number, inputHeight: number): HeatField[] {
  const stack = stackOf(scales, inputWidth, inputHeight);
  return Array.from({ length: scales[0].maps.heatmaps.channels }, (_, k) => (x, y) => heatAt(stack, k, x, y));
}

function stackOf(scales: readonly ScaleMaps[], inputWidth: number, inputHeight: number): HeatStack {
  return meanStack(scales.map(({ maps }) => heatStackOf(maps.heatmaps, inputWidth, inputHeight)));
}

/** Local maxima of a center map, best first. */
interface Centers {
  readonly cells: Uint32Array;
  readonly scores: Float32Array;
}

function centersOf({ values, width, height }: Planes, threshold = CENTER_THRESHOLD): Centers {
  const { count, index, score } = findCenters(values, width, height, threshold);
  return { cells: index.slice(0, count), scores: score.slice(0, count) };
}

/** The keypoints regressed at centers, in pixels of scale 1's input. Offsets may be of a coarser map than centers. */
function regressAt(
  cells: Uint32Array,
  { centerMap, offsetMap }: NetworkMaps,
  inputWidth: number,
  { offsetSign }: DecodingRules,
): Float32Array {
  const ratio = upsamplingRatio(offsetMap.width, offsetMap.height, centerMap.width, centerMap.height);
  const offsetCells = cells.map(
    (cell) =>
      Math.floor(Math.floor(cell / centerMap.width) / ratio) * offsetMap.width + Math.floor((cell % centerMap.width) / ratio),
  );
  return regressKeypoints(offsetMap, offsetCells, inputWidth / offsetMap.width, offsetSign);
}

function maximum(values: Float32Array): number {
  let best = -Infinity;
  for (const value of values) if (value > best) best = value;
  return best;
}
