import { ManyposeError } from '../errors.ts';
import { CENTER_THRESHOLD, findCenters } from '../ops/centers.ts';
import { regressKeypoints } from '../ops/gather.ts';
import type { HeatField, HeatStack } from '../ops/heat-upsample.ts';
import { heatAt, heatStackOf, meanStack } from '../ops/heat-upsample.ts';
import { cutHeatWindows } from '../ops/heat-windows.ts';
import type { NetworkMaps } from '../ops/network-maps.ts';
import { findPeaksUpsampled } from '../ops/upsampled-peaks.ts';
import type { PoseCandidates } from './candidates.ts';

/** Maps of one scale: those of an input `scale` times as large as that of scale 1. */
export interface ScaleMaps {
  readonly scale: number;
  readonly maps: NetworkMaps;
}

/** People found at other scales than 1 rank behind all of scale 1. */
const OTHER_SCALE_FACTOR = 0.001;

/**
 * What decoding needs of a network's maps (with a flip test: already merged).
 *
 * @throws ManyposeError `invalid-argument` if the maps are not a whole fraction of the input.
 */
export function candidatesFromMaps(maps: NetworkMaps, inputWidth: number, inputHeight: number): PoseCandidates {
  return candidatesFromScales([{ scale: 1, maps }], inputWidth, inputHeight);
}

/**
 * The same from several scales (reference sections 3.3 to 3.5): heatmaps averaged at the size of
 * scale 1's input, centers of every scale on their own.
 *
 * @param scales one of them of scale 1.
 * @param inputWidth width of scale 1's input in pixels; likewise inputHeight.
 * @throws ManyposeError `invalid-argument` without scale 1, or if maps do not fit the input.
 */
export function candidatesFromScales(scales: readonly ScaleMaps[], inputWidth: number, inputHeight: number): PoseCandidates {
  const reference = scales.find(({ scale }) => scale === 1);
  if (!reference) throw new ManyposeError('invalid-argument', 'one of the scales must be 1');
  const keypoints = reference.maps.heatmaps.channels;
  const heatmaps = stackOf(scales, inputWidth, inputHeight);
  const bestAtScale1 = maximum(reference.maps.centerMap.values);
  // Suppression walks the scales from large to small.
  const people = [...scales]
    .sort((a, b) => b.scale - a.scale)
    .map(({ scale, maps }) => regressAtCenters(maps, inputWidth / maps.offsetMap.width, scale === 1 ? null : bestAtScale1));
  const centerScores = joined(people.map((part) => part.centerScores));
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

/** Centers of one scale and the keypoints regressed there, in pixels of scale 1's input. */
function regressAtCenters(
  { centerMap, offsetMap }: NetworkMaps,
  pixelsPerCell: number,
  bestAtScale1: number | null,
): { centerScores: Float32Array; regressed: Float32Array } {
  let { values } = centerMap;
  let threshold = CENTER_THRESHOLD;
  if (bestAtScale1 !== null) {
    const best = maximum(values);
    // Scaled by a negative best, what lies deepest would come out as people (reference section 3.12).
    if (!(best > 0)) return { centerScores: new Float32Array(0), regressed: new Float32Array(0) };
    const factor = (bestAtScale1 / best) * OTHER_SCALE_FACTOR;
    values = values.map((value) => value * factor);
    threshold *= OTHER_SCALE_FACTOR;
  }
  const centers = findCenters(values, centerMap.width, centerMap.height, threshold);
  return {
    centerScores: centers.score.slice(0, centers.count),
    regressed: regressKeypoints(offsetMap, centers.index.subarray(0, centers.count), pixelsPerCell),
  };
}

function maximum(values: Float32Array): number {
  let best = -Infinity;
  for (const value of values) if (value > best) best = value;
  return best;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0];
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
