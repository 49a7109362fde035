import { describe, expect, it } from 'vitest';
import { atStride } from '../../src/training/affine.ts';
import type { Augmentation } from '../../src/training/augmentation.ts';
import { cropMatrix, drawAugmentation } from '../../src/training/augmentation.ts';
import { placePeople } from '../../src/training/people.ts';
import { regionOnMap, wholePicture } from '../../src/training/region.ts';
import { normalisePicture, samplePicture } from '../../src/training/sample-picture.ts';
import type { AugmentationCase, TargetCase } from '../support/training-fixtures.ts';
import { annotatedPeople, readOwn, readShared, setOf } from '../support/training-fixtures.ts';

const cases: [string, AugmentationCase][] = [
  ...Object.entries(readShared<Record<string, AugmentationCase>>('augmentation')),
  ...Object.entries(readShared<Record<string, TargetCase>>('targets')).filter(([name]) => name !== 'offsets_direct'),
];

/** What comes out of the random numbers that the released code drew. */
function drawn({ image_size: [width, height], draws, translation_bounds: [[low, high]] }: AugmentationCase): Augmentation {
  const whole = (move: number): number => (move - low + 0.5) / (high - low + 1);
  const numbers = [draws.u_scale, draws.u_rotation, whole(draws.dx), whole(draws.dy), draws.u_flip];
  return drawAugmentation(width, height, () => numbers.shift()!);
}

describe.each(cases)("the released code's crop %s", (_, golden) => {
  const augmentation = drawn(golden);
  const [width, height] = golden.image_size;

  it('is drawn in its order and within its bounds', () => {
    const {
      draws: { u_scale, u_rotation, dx, dy },
      flip,
      translation_bounds: [[low, high]],
    } = golden;
    expect(augmentation).toMatchObject({ dx, dy, flip });
    expect(augmentation.scale).toBeCloseTo(0.75 + 0.75 * u_scale, 12);
    expect(augmentation.rotation).toBeCloseTo(((2 * u_rotation - 1) * Math.PI) / 6, 12);
    const extreme = (u: number): number => {
      const numbers = [u_scale, 0.5, u, u, 0.5];
      return drawAugmentation(width, height, () => numbers.shift()!).dx;
    };
    expect([extreme(0), extreme(1 - 1e-9)]).toEqual([low, high]);
  });

  it('has its matrices', () => {
    const matrix = cropMatrix(augmentation, width, height, golden.input_size);
    matrix.flat().forEach((value, i) => expect(value).toBeCloseTo(golden.matrix_input.flat()[i], 8));
    golden.map_sizes.forEach((side, i) => {
      atStride(matrix, golden.input_size / side)
        .flat()
        .forEach((value, j) => expect(value).toBeCloseTo(golden.matrix_maps[i].flat()[j], 8));
    });
  });

  it('keeps as many cells of the picture, but for a few at the border', () => {
    golden.mask_cells_kept?.forEach((cells, i) => {
      const region = regionOnMap(wholePicture(width, height), golden.matrix_maps[i], golden.map_sizes[i], golden.flip);
      expect(Math.abs(region.reduce((a, b) => a + b) - cells)).toBeLessThanOrEqual(7);
    });
  });
});

const targetCases = Object.entries(readShared<Record<string, TargetCase>>('targets')).filter(
  ([name]) => name !== 'offsets_direct',
);

it.each(targetCases)('people of %s come to lie where the released code puts them', (name, golden) => {
  golden.map_sizes.forEach((mapSize, i) => {
    const placement = { matrix: golden.matrix_maps[i], stride: golden.input_size / mapSize, mapSize, flip: golden.flip };
    const people = placePeople(annotatedPeople(golden), setOf(name), placement);
    expect(people).toHaveLength(golden.people_used.length);
    people.forEach(({ joints, center, boxArea }, p) => {
      expect(boxArea / golden.box_area_input[p]).toBeCloseTo(1, 9);
      [...joints, center].forEach((point, k) => {
        const [x, y, v] = golden.joints_maps[i][p][k];
        expect(point !== null, `person ${p} joint ${k}`).toBe(v > 0);
        if (!point) return;
        expect(point.x).toBeCloseTo(x!, 8);
        expect(point.y).toBeCloseTo(y!, 8);
      });
    });
  });
});

describe('people', () => {
  const person = {
    keypoints: [10, 20, 2, 30, 20, 1, ...Array(45).fill(0)],
    box: [0, 0, 100, 60] as const,
    area: 5000,
    crowd: false,
    ignored: false,
  };
  const placement = {
    matrix: [
      [1, 0, 0],
      [0, 1, 0],
    ] as const,
    stride: 4,
    mapSize: 128,
    flip: false,
  };
  it('have their center in the mean of their keypoints, or in the middle of their box', () => {
    const [byKeypoints] = placePeople([person], setOf('coco'), placement);
    const [byBox] = placePeople([person], setOf('coco'), placement, 'box');
    expect(byKeypoints.center).toEqual({ x: 20, y: 20 });
    expect(byBox.center).toEqual({ x: 50, y: 30 });
  });
  it('need as many numbers as their set has', () => {
    expect(() => placePeople([{ ...person, keypoints: [1, 2, 2] }], setOf('coco'), placement)).toThrow('expected 51 numbers');
  });
});

describe('pictures', () => {
  const golden = readOwn<{
    picture: number[][][];
    size: number;
    cases: {
      draws: { u_scale: number; u_rotation: number; dx: number; dy: number; flip: boolean };
      matrix_input: number[][];
      crop: number[][][];
    }[];
  }>('augment_pixels');
  const [height, width] = [golden.picture.length, golden.picture[0].length];
  const pixels = { data: Uint8Array.from(golden.picture.flat().flatMap((rgb) => [...rgb, 255])), width, height };

  it.each(golden.cases.map((each, i) => [i, each] as const))(
    'are sampled bilinearly, case %i',
    (_, { draws, matrix_input: expected, crop }) => {
      const augmentation = { scale: 0.75 + 0.75 * draws.u_scale, rotation: ((2 * draws.u_rotation - 1) * Math.PI) / 6, ...draws };
      const matrix = cropMatrix(augmentation, width, height, golden.size);
      matrix.flat().forEach((value, i) => expect(value).toBeCloseTo(expected.flat()[i], 8));
      const ours = samplePicture(pixels, matrix, golden.size, draws.flip);
      const worst = crop.flat(2).reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i])), 0);
      expect(worst).toBeLessThan(1e-3);
    },
  );

  it('are normalised as the network takes them', () => {
    const white = normalisePicture(new Float32Array([255, 255, 255]));
    [0.485, 0.456, 0.406].forEach((mean, i) => expect(white[i]).toBeCloseTo((1 - mean) / [0.229, 0.224, 0.225][i], 6));
  });

  it('must have four numbers a pixel', () => {
    expect(() =>
      samplePicture(
        { ...pixels, data: pixels.data.slice(1) },
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
        8,
      ),
    ).toThrow('expected 1280 numbers');
    expect(() =>
      samplePicture(
        pixels,
        [
          [1, 1, 0],
          [1, 1, 0],
        ],
        8,
      ),
    ).toThrow('no matrix that can be inverted');
    expect(() => drawAugmentation(0, 10)).toThrow('expected a size above 0');
    expect(() =>
      regionOnMap(
        { data: new Uint8Array(3), width: 2, height: 2 },
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
        8,
      ),
    ).toThrow('a mask of 4 pixels');
  });
});
