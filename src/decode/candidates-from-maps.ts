import { ManyposeError } from '../errors.ts';
import { CENTER_THRESHOLD, findCenters } from '../ops/centers.ts';
import { regressKeypoints } from '../ops/gather.ts';
import { heatAt, upsample, upsamplingRatio } from '../ops/heat-upsample.ts';
import type { HeatField, HeatStack } from '../ops/heat-upsample.ts';
import type { NetworkMaps } from '../ops/network-maps.ts';
import type { KeypointPeaks } from '../ops/peaks.ts';
import { findKeypointPeaks } from '../ops/peaks.ts';
import { findPeaksUpsampled } from '../ops/upsampled-peaks.ts';
import type { HeatSource, PoseCandidates } from './candidates.ts';

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
export function candidatesFromScales(
  scales: readonly ScaleMaps[], inputWidth: number, inputHeight: number,
): PoseCandidates {
  const reference = scales.find(({ scale }) => scale === 1);
  if (!reference) throw new ManyposeError('invalid-argument', 'one of the scales must be 1');
  const { keypoints, centerMap } = reference.maps;
  const stacks = stacksOf(scales, inputWidth, inputHeight);
  const bestAtScale1 = maximum(centerMap);
  // Suppression walks the scales from large to small.
  const people = [...scales]
    .sort((a, b) => b.scale - a.scale)
    .map(({ scale, maps }) => regressAtCenters(maps, inputWidth / maps.width, scale === 1 ? null : bestAtScale1));
  const centerScores = joined(people.map((part) => part.centerScores));
  const regressed = joined(people.map((part) => part.regressed));
  const peaks = stacks.length === 1
    ? findPeaksUpsampled(stacks[0], keypoints)
    : findKeypointPeaks(keypoints, inputWidth, inputHeight, meanHeatmap(stacks, inputWidth * inputHeight));
  return {
    inputWidth, inputHeight, keypoints, centerScores, regressed, peaks,
    heat: heatSource(stacks, keypoints, regressed, peaks),
  };
}

/**
 * The heatmap of every keypoint type, to be read at any pixel of scale 1's input.
 *
 * @throws ManyposeError `invalid-argument` if maps do not fit the input.
 */
export function heatFromScales(scales: readonly ScaleMaps[], inputWidth: number, inputHeight: number): HeatField[] {
  return heatFields(stacksOf(scales, inputWidth, inputHeight), scales[0].maps.keypoints);
}

function stacksOf(scales: readonly ScaleMaps[], inputWidth: number, inputHeight: number): HeatStack[] {
  return scales.map(({ maps }): HeatStack => ({
    maps: maps.heatmaps,
    width: maps.width,
    height: maps.height,
    ratio: upsamplingRatio(maps.width, maps.height, inputWidth, inputHeight),
  }));
}

/** Centers of one scale and the keypoints regressed there, in pixels of scale 1's input. */
function regressAtCenters(
  maps: NetworkMaps, pixelsPerCell: number, bestAtScale1: number | null,
): { centerScores: Float32Array; regressed: Float32Array } {
  const { width, height } = maps;
  let { centerMap } = maps;
  let threshold = CENTER_THRESHOLD;
  if (bestAtScale1 !== null) {
    const factor = (bestAtScale1 / maximum(centerMap)) * OTHER_SCALE_FACTOR;
    centerMap = centerMap.map((value) => value * factor);
    threshold *= OTHER_SCALE_FACTOR;
  }
  const centers = findCenters(centerMap, width, height, threshold);
  return {
    centerScores: centers.score.slice(0, centers.count),
    regressed: regressKeypoints(maps, centers.index.subarray(0, centers.count), pixelsPerCell),
  };
}

function meanHeatmap(stacks: readonly HeatStack[], pixels: number): (k: number, out: Float32Array) => void {
  const one = new Float32Array(pixels);
  return (k, out) => {
    out.fill(0);
    for (const stack of stacks) {
      upsample(stack, k, one);
      for (let i = 0; i < pixels; i++) out[i] += one[i];
    }
    for (let i = 0; i < pixels; i++) out[i] /= stacks.length;
  };
}

/** Maps at hand: heat can be read anywhere, so every field reads the whole heatmap. */
function heatSource(
  stacks: readonly HeatStack[], keypoints: number, regressed: Float32Array, peaks: KeypointPeaks,
): HeatSource {
  const check = (index: number, end: number, what: string): void => {
    if (!(index >= 0 && index < end)) {
      throw new ManyposeError('invalid-argument', `expected a ${what} below ${end}, got ${index}`);
    }
  };
  const fields = heatFields(stacks, keypoints);
  return {
    aroundPeak(keypoint, rank) {
      check(keypoint, keypoints, 'keypoint');
      check(rank, peaks.count[keypoint], 'rank');
      return fields[keypoint];
    },
    aroundRegressed(center, keypoint) {
      check(keypoint, keypoints, 'keypoint');
      check(center, regressed.length / (2 * keypoints), 'center');
      return fields[keypoint];
    },
  };
}

function heatFields(stacks: readonly HeatStack[], keypoints: number): HeatField[] {
  return Array.from({ length: keypoints }, (_, k) => (x: number, y: number) => {
    if (stacks.length === 1) return heatAt(stacks[0], k, x, y);
    let sum = 0;
    for (const stack of stacks) sum = Math.fround(sum + heatAt(stack, k, x, y));
    return Math.fround(sum / stacks.length);
  });
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
