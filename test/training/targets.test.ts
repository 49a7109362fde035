import { describe, expect, it } from 'vitest';
import type { TrainingRules } from '../../src/training/target-settings.ts';
import { targetSettings } from '../../src/training/target-settings.ts';
import { makeTargets } from '../../src/training/targets.ts';
import { releasedOffsets } from '../../src/training/released-targets.ts';
import { regionOnMap, wholePicture } from '../../src/training/region.ts';
import { COCO } from '../../src/pose.ts';
import type { TargetCase } from '../support/training-fixtures.ts';
import { ownArrays, peopleOf, readOwn, readShared, setOf, sharedArrays } from '../support/training-fixtures.ts';

const all = readShared<Record<string, TargetCase>>('targets');
const MAPS = [
  ['coco_4x_a', 0, ''],
  ['coco_4x_b', 0, ''],
  ['crowdpose_4x', 0, ''],
  ['coco_2x', 0, 'map32_'],
  ['coco_2x', 1, 'map64_'],
] as const;

/** Largest difference between arrays of equal length. */
function difference(ours: ArrayLike<number>, golden: ArrayLike<number>, spared: (i: number) => boolean = () => false): number {
  expect(ours.length).toBe(golden.length);
  let worst = 0;
  for (let i = 0; i < ours.length; i++) if (!spared(i)) worst = Math.max(worst, Math.abs(ours[i] - golden[i]));
  return worst;
}

describe.each(MAPS)('the released targets of %s, map %i', (name, stage, prefix) => {
  const golden = all[name];
  const arrays = sharedArrays(`targets_${name}`);
  const side = golden.map_sizes[stage];
  const cells = side * side;
  const keypoints = setOf(name).names.length;
  const region = Uint8Array.from(arrays(`${prefix}region_mask`).data);
  const people = peopleOf(golden.joints_maps[stage], golden.box_area_input);
  const targets = makeTargets(
    people,
    region,
    { width: side, height: side },
    setOf(name),
    'released',
    targetSettings('released', setOf(name).id, golden.input_size / side),
  );

  it('has its heatmaps and weights', () => {
    const { data: heatmaps } = arrays(`${prefix}heatmaps`);
    expect(difference(targets.heatmaps, heatmaps.subarray(0, keypoints * cells))).toBeLessThan(3e-7);
    expect(difference(targets.centerMap, heatmaps.subarray(keypoints * cells))).toBeLessThan(3e-7);
    expect(difference(targets.heatmapWeights, arrays(`${prefix}weights`).data)).toBeLessThan(3e-7);
    expect(difference(targets.centerWeights, arrays(`${prefix}weights`).data)).toBeLessThan(3e-7);
  });

  it('has its offsets, but where they hang on the order of people', () => {
    const exceptions = arrays(`${prefix}offset_exceptions`).data;
    const spared = (i: number): boolean => exceptions[Math.floor(i / cells / 2) * cells + (i % cells)] !== 0;
    expect(difference(targets.offsetMap, arrays(`${prefix}offsets`).data, spared)).toBeLessThan(2e-5);
    expect(difference(targets.offsetWeights, arrays(`${prefix}offset_weights`).data, spared)).toBeLessThan(3e-7);
    expect(targets.offsetWeights.filter((weight) => weight > 0).length).toBeGreaterThan(1000);
  });
});

it('offsets alone follow the rules of order, contests and borders', () => {
  const {
    map_size: [width, height],
    joints_map: joints,
    box_area_input: areas,
  } = all.offsets_direct as unknown as {
    map_size: [number, number];
    joints_map: TargetCase['joints_maps'][number];
    box_area_input: number[];
  };
  const arrays = sharedArrays('targets_offsets_direct');
  const cells = width * height;
  const exceptions = arrays('offset_exceptions').data;
  const spared = (i: number): boolean => exceptions[Math.floor(i / cells / 2) * cells + (i % cells)] !== 0;
  const { offsetMap, offsetWeights } = releasedOffsets(peopleOf(joints, areas), { width, height }, 3, 4);
  expect(difference(offsetMap, arrays('offsets').data, spared)).toBeLessThan(2e-5);
  expect(difference(offsetWeights, arrays('offset_weights').data, spared)).toBeLessThan(3e-7);
});

it('the region without loss is the masked part of the picture, and what lies outside', () => {
  for (const [name, stage, prefix] of MAPS) {
    const golden = all[name];
    const [width, height] = golden.image_size;
    const mask = wholePicture(width, height);
    for (const { masked_rectangle: rectangle } of name.startsWith('coco') ? golden.people : []) {
      if (!rectangle) continue;
      const [left, top, right, bottom] = rectangle;
      for (let y = top; y < bottom; y++) mask.data.fill(0, y * width + left, y * width + right);
    }
    const region = regionOnMap(mask, golden.matrix_maps[stage], golden.map_sizes[stage], golden.flip);
    const released = sharedArrays(`targets_${name}`)(`${prefix}region_mask`).data;
    // Where the cut at one half falls on a border, the released resampling rounds to 1/32 pixel.
    expect(region.filter((counts, i) => counts !== released[i]).length, name).toBeLessThanOrEqual(7);
  }
});

describe("the paper's targets", () => {
  const golden = all.coco_4x_a;
  const arrays = ownArrays('paper_rules');
  const { sizes } = readOwn<{ sizes: number[] }>('paper_rules');
  const region = Uint8Array.from(sharedArrays('targets_coco_4x_a')('region_mask').data);
  const people = peopleOf(golden.joints_maps[0], golden.box_area_input, sizes);
  const targets = makeTargets(people, region, { width: 48, height: 48 }, COCO, 'paper');

  it('have a mask per type, a narrow center, and offsets that belong to the nearest center', () => {
    const { data: heatmaps } = arrays('heatmaps');
    expect(difference(targets.heatmaps, heatmaps.subarray(0, 17 * 48 * 48))).toBeLessThan(1e-6);
    expect(difference(targets.centerMap, heatmaps.subarray(17 * 48 * 48))).toBeLessThan(1e-6);
    expect(difference(targets.heatmapWeights, arrays('weights').data)).toBeLessThan(1e-6);
    expect(difference(targets.centerWeights, region)).toBe(0);
    expect(difference(targets.offsetMap, arrays('offsets').data)).toBeLessThan(2e-6);
    expect(difference(targets.offsetWeights, arrays('offset_weights').data)).toBeLessThan(1e-6);
  });
});

describe('bad input', () => {
  const person = { joints: COCO.names.map(() => ({ x: 3, y: 3 })), center: { x: 3, y: 3 }, boxArea: 100, boxDiagonal: 14 };
  const size = { width: 8, height: 8 };
  const region = new Uint8Array(64).fill(1);
  it('is refused', () => {
    expect(() => makeTargets([person], region.subarray(1), size, COCO)).toThrow('expected a region of 64 cells, got 63');
    expect(() => makeTargets([{ ...person, joints: [] }], region, size, COCO)).toThrow('expected 17 joints for coco, got 0');
    expect(() => makeTargets([person], region, size, COCO, 'mine' as TrainingRules)).toThrow('rules must be');
    expect(() => targetSettings('released', 'coco', 8)).toThrow('stride 4 or 2');
  });
  it('that is merely empty gives background', () => {
    const { heatmaps, heatmapWeights, offsetWeights } = makeTargets([], region, size, COCO);
    expect([heatmaps, offsetWeights].every((plane) => plane.every((value) => value === 0))).toBe(true);
    expect(heatmapWeights.every((weight) => weight === Math.fround(0.1))).toBe(true);
  });
});
