import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { candidatesFromScales } from '../../src/decode/candidates-from-maps.ts';
import type { ScaleMaps } from '../../src/decode/candidates-from-maps.ts';
import type { PoseCandidates } from '../../src/decode/candidates.ts';
import { decodePoses, decodeRegression } from '../../src/decode/decode.ts';
import { groupKeypoints } from '../../src/decode/group-keypoints.ts';
import { suppressDuplicates } from '../../src/decode/suppress-duplicates.ts';
import type { DecodingRules } from '../../src/network/decoding-rules.ts';
import { PAPER_RULES, decodingRules } from '../../src/network/decoding-rules.ts';
import { maximum, mean } from '../../src/ops/cellwise.ts';
import { finishMaps } from '../../src/ops/finish-maps.ts';
import { mergeFlipped } from '../../src/ops/flip-merge.ts';
import type { NetworkMaps } from '../../src/ops/network-maps.ts';
import type { Planes } from '../../src/ops/planes.ts';
import type { KeypointSet, Pose } from '../../src/pose.ts';
import { COCO, CROWDPOSE } from '../../src/pose.ts';
import { mapsFromNpz } from '../support/decode-maps.ts';
import { floatsOf, readNpz } from '../support/npz.ts';

type Placed = [x: number, y: number, score: number][];
interface Poses {
  readonly keypoints: Placed[];
  readonly scores: number[];
}
interface Case {
  readonly maps: string;
  readonly mode: 'single' | 'flip' | 'multi';
  readonly input: [width: number, height: number];
  readonly scales: number[];
  readonly regression?: Poses;
  readonly dekr?: Poses;
  readonly combine?: 'average';
  readonly grouped?: Poses & { readonly regressed: [number, number][][] };
}
interface Variant {
  readonly variant: 'coco_higher' | 'crowdpose';
  readonly mode: 'single' | 'flip' | 'multi';
  readonly input: [number, number];
  readonly scales: number[];
  readonly regressed: [number, number][][];
  readonly grouped: Placed[];
}

const folder = new URL('../fixtures/decode/', import.meta.url);
const arrays = new Map([...readNpz(new URL('maps.npz', folder)), ...readNpz(new URL('maps_variants.npz', folder))]);
const unpacked = <T>(name: string): T => JSON.parse(gunzipSync(readFileSync(new URL(name, folder))).toString()) as T;
const cases = unpacked<Case[]>('decode_more.json.gz');
const variants = unpacked<Variant[]>('poses_variants.json.gz');

const PX = 1e-4;
const SCORE = 1e-5;

function scalesOf(name: string, { mode, scales }: Pick<Case, 'mode' | 'scales'>, keypointSet: KeypointSet): ScaleMaps[] {
  return scales.map((scale): ScaleMaps => {
    const plain = mapsFromNpz(arrays, `${name}_scale${scale}_image`);
    return {
      scale,
      maps:
        mode === 'single'
          ? plain
          : mergeFlipped(plain, mapsFromNpz(arrays, `${name}_scale${scale}_mirrored`), keypointSet.mirror),
    };
  });
}

/** HrHRNet's maps: three branches' heatmaps, their finer ones, offsets. */
function higherScales(
  { mode, scales }: Pick<Case, 'mode' | 'scales'>,
  combine: (branches: readonly Planes[]) => Planes,
): ScaleMaps[] {
  const planes = (key: string): Planes => {
    const {
      shape: [channels, height, width],
      data,
    } = floatsOf(arrays, key);
    return { channels, width, height, values: data };
  };
  const mapsOf = (name: string, run: string, finer: string): NetworkMaps => {
    const combined = combine([0, 1, 2].map((branch) => planes(`${name}_${run}_branch${branch}`)));
    const cells = combined.width * combined.height;
    return finishMaps({
      heatmaps: { ...combined, channels: 17, values: combined.values.slice(0, 17 * cells) },
      centerMap: { ...combined, channels: 1, values: combined.values.slice(17 * cells) },
      offsetMap: planes(`${name}_${run}_offsets`),
      heatmaps2x: planes(`${name}_${finer}_heatmaps2x`),
    });
  };
  return scales.map((scale): ScaleMaps => {
    const name = `coco_higher_scale${scale}`;
    const plain = mapsOf(name, 'image', 'image');
    return { scale, maps: mode === 'single' ? plain : mergeFlipped(plain, mapsOf(name, 'mirrored', 'mirrored2x'), COCO.mirror) };
  });
}

/** Input pixels as the frame's. */
const asInput = ([width, height]: readonly [number, number]) => ({
  width,
  height,
  frameWidth: width,
  frameHeight: height,
  scale: 1,
  shiftX: 0,
  shiftY: 0,
});

/** The official poses, each compared with ours at the same place. */
function expectPoses(ours: readonly Pose[], { keypoints, scores }: Poses): void {
  expect(ours).toHaveLength(scores.length);
  keypoints.forEach((official, person) => {
    const distance = (pose: Pose): number =>
      Math.max(...official.map(([x, y], k) => Math.hypot(pose.keypoints[k].x - x, pose.keypoints[k].y - y)));
    const pose = ours.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    expect(distance(pose)).toBeLessThan(PX);
    official.forEach(([, , score], k) => expect(Math.abs(pose.keypoints[k].score - score)).toBeLessThan(SCORE));
    expect(Math.abs(pose.score - scores[person])).toBeLessThan(SCORE);
  });
}

const setOf = (name: string): KeypointSet => (name === 'crowdpose' ? CROWDPOSE : COCO);
const everybody = { maxPoses: Infinity, scoreThreshold: -Infinity };

describe.each(cases.filter(({ regression }) => regression))('$maps, $mode', (golden) => {
  const keypointSet = setOf(golden.maps);
  const scales = scalesOf(golden.maps, golden, keypointSet);
  const rules = decodingRules({ architecture: 'dekr', keypointSet: keypointSet.id });

  it('gives the official poses without grouping', () => {
    const candidates = candidatesFromScales(scales, ...golden.input);
    expectPoses(decodeRegression(candidates, asInput(golden.input), keypointSet, everybody), golden.regression!);
    expect(decodePoses(candidates, asInput(golden.input), keypointSet, { ...everybody, grouping: false })).toEqual(
      decodeRegression(candidates, asInput(golden.input), keypointSet, everybody),
    );
  });

  it("gives DEKR's official poses", () => {
    const candidates = candidatesFromScales(scales, ...golden.input, rules);
    expectPoses(decodePoses(candidates, asInput(golden.input), keypointSet, { ...everybody, rules }), golden.dekr!);
  });

  it('gives the same poses from negated offsets that are added', () => {
    for (const each of [PAPER_RULES, rules]) {
      const negated = scales.map(({ scale, maps }): ScaleMaps => ({
        scale,
        maps: { ...maps, offsetMap: { ...maps.offsetMap, values: maps.offsetMap.values.map((value) => -value) } },
      }));
      const plus: DecodingRules = { ...each, offsetSign: -1 };
      const poses = (from: readonly ScaleMaps[], how: DecodingRules): Pose[] =>
        decodePoses(candidatesFromScales(from, ...golden.input, how), asInput(golden.input), keypointSet, { rules: how });
      expect(poses(negated, plus)).toEqual(poses(scales, each));
      expect(poses(negated, each)).not.toEqual(poses(scales, each));
    }
  });
});

/** Where the official code reads the heat of a keypoint without a candidate with x and y exchanged. */
const EXCHANGED = 2.2e-3;
/** Keypoints of `crowdpose` that hang on ties: at most so many. */
const TIES = 2;

function groupedOf(
  candidates: PoseCandidates,
  count: number,
): { kept: number[]; keypoints: { x: number; y: number; score: number }[][] } {
  const kept = suppressDuplicates(candidates.centerScores, candidates.regressed, count);
  return { kept, keypoints: kept.map((person) => groupKeypoints(candidates, person)) };
}

function expectGrouped(
  candidates: PoseCandidates,
  regressed: [number, number][][],
  grouped: Placed[],
  scoreTolerance: number,
  ties: number,
): void {
  const count = candidates.keypoints;
  const { kept, keypoints } = groupedOf(candidates, count);
  expect(kept).toHaveLength(grouped.length);
  let apart = 0;
  regressed.forEach((official, i) => {
    const distance = (person: number): number =>
      Math.max(
        ...official.map(([x, y], k) =>
          Math.hypot(
            candidates.regressed[(kept[person] * count + k) * 2] - x,
            candidates.regressed[(kept[person] * count + k) * 2 + 1] - y,
          ),
        ),
      );
    const person = kept.map((_, index) => index).reduce((a, b) => (distance(b) < distance(a) ? b : a));
    expect(distance(person)).toBeLessThan(PX);
    grouped[i].forEach(([x, y, score], k) => {
      const ours = keypoints[person][k];
      if (Math.hypot(ours.x - x, ours.y - y) >= PX) apart++;
      else expect(Math.abs(ours.score - score)).toBeLessThan(scoreTolerance);
    });
  });
  expect(apart).toBeLessThanOrEqual(ties);
}

describe.each(variants)("the released code's poses of $variant, $mode", (golden) => {
  it('are grouped alike', () => {
    const higher = golden.variant === 'coco_higher';
    const scales = higher ? higherScales(golden, maximum) : scalesOf('crowdpose', golden, CROWDPOSE);
    expectGrouped(candidatesFromScales(scales, ...golden.input), golden.regressed, golden.grouped, EXCHANGED, higher ? 0 : TIES);
  });
});

describe.each(cases.filter(({ combine }) => combine === 'average'))('HrHRNet with averaged branches, $mode', (golden) => {
  it('is grouped alike', () => {
    const { regressed, keypoints } = golden.grouped!;
    expectGrouped(candidatesFromScales(higherScales(golden, mean), ...golden.input), regressed, keypoints, SCORE, 0);
  });
});
