import { describe, expect, it } from 'vitest';
import { candidatesFromScales } from '../../src/decode/candidates-from-maps.ts';
import type { ScaleMaps } from '../../src/decode/candidates-from-maps.ts';
import type { PoseCandidates } from '../../src/decode/candidates.ts';
import { decodePoses, decodeRegression } from '../../src/decode/decode.ts';
import { groupKeypoints } from '../../src/decode/group-keypoints.ts';
import { suppressDuplicates } from '../../src/decode/suppress-duplicates.ts';
import type { DecodingRules } from '../../src/network/decoding-rules.ts';
import { PAPER_RULES } from '../../src/network/decoding-rules.ts';
import { dekrRules } from '../../src/network/dekr-rules.ts';
import { maximum, mean } from '../../src/ops/cellwise.ts';
import type { KeypointSet, Pose } from '../../src/pose.ts';
import { COCO, CROWDPOSE } from '../../src/pose.ts';
import { asInput } from '../support/as-input.ts';
import type { Placed, Poses } from '../support/decode-variants.ts';
import { cases, higherRunsOf, joinedOf, runsOf, variants } from '../support/decode-variants.ts';

const PX = 1e-4;
const SCORE = 1e-5;

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
  const scales = joinedOf(runsOf(golden.maps, golden), keypointSet);
  const rules = dekrRules(keypointSet.id);

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
    const scales = higher ? joinedOf(higherRunsOf(golden, maximum)) : joinedOf(runsOf('crowdpose', golden), CROWDPOSE);
    expectGrouped(candidatesFromScales(scales, ...golden.input), golden.regressed, golden.grouped, EXCHANGED, higher ? 0 : TIES);
  });
});

describe.each(cases.filter(({ combine }) => combine === 'average'))('HrHRNet with averaged branches, $mode', (golden) => {
  it('is grouped alike', () => {
    const { regressed, keypoints } = golden.grouped!;
    expectGrouped(candidatesFromScales(joinedOf(higherRunsOf(golden, mean)), ...golden.input), regressed, keypoints, SCORE, 0);
  });
});
