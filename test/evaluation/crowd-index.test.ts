import { describe, expect, it } from 'vitest';
import type { AnnotatedPerson } from '../../src/evaluation/annotations.ts';
import { parseAnnotations } from '../../src/evaluation/coco-annotations.ts';
import { parseResults } from '../../src/evaluation/coco-results.ts';
import type { CrowdLevel } from '../../src/evaluation/crowd-index.ts';
import { crowdIndexOf, crowdIndexOfImage, crowdLevelOf } from '../../src/evaluation/crowd-index.ts';
import { evaluate } from '../../src/evaluation/evaluate.ts';
import { evalFixture } from '../support/eval-fixtures.ts';

interface Expected {
  cases: { name: string; index: number; published?: number; people?: { bbox: AnnotatedPerson['box']; keypoints: number[] }[] }[];
  levels: { index: number; tool: CrowdLevel; paper: CrowdLevel }[];
}

const { cases, levels } = evalFixture<Expected>('crowd_index.json');
const truth = evalFixture<{ images: { id: number; crowdIndex?: number }[] }>('crowdpose_gt.json');
const withoutIndex = { ...truth, images: truth.images.map(({ crowdIndex: _left, ...image }) => image) };

describe('crowd index', () => {
  it.each(cases)('$name', ({ name, index, people, published }) => {
    const id = Number(/image (\d+)$/.exec(name)?.[1]);
    const computed = people
      ? crowdIndexOf(people.map(({ bbox, keypoints }) => ({ box: bbox, keypoints })))
      : crowdIndexOfImage(parseAnnotations(withoutIndex).images.find((image) => image.id === id)!);
    expect(Math.abs(computed - index)).toBeLessThan(1e-9);
    if (published !== undefined) expect(computed.toFixed(2)).toBe(published.toFixed(2));
  });

  it("counts keypoints on a box's borders", () => {
    const person = (x: number, y: number, box: AnnotatedPerson['box']) => ({ box, keypoints: [x, y, 2, 0, 0, 0] });
    const [left, top, right, bottom] = [10, 20, 40, 60];
    const index = (x: number, y: number): number =>
      crowdIndexOf([person(20, 30, [left, top, right - left, bottom - top]), person(x, y, [500, 500, 1, 1])]);
    for (const [x, y] of [
      [left, 30],
      [right, 30],
      [20, top],
      [20, bottom],
    ])
      expect(index(x, y)).toBe(0.5);
    for (const [x, y] of [
      [left - 1, 30],
      [right + 1, 30],
      [20, top - 1],
      [20, bottom + 1],
    ])
      expect(index(x, y)).toBe(0);
  });

  it("sorts images as the authors' tool, or as their paper does", () => {
    expect(levels.map(({ index }) => [crowdLevelOf(index), crowdLevelOf(index, 'paper')])).toEqual(
      levels.map(({ tool, paper }) => [tool, paper]),
    );
  });

  it('makes up for what a file lacks', () => {
    const score = (json: unknown) => {
      const annotations = parseAnnotations(json);
      return evaluate(annotations, parseResults(evalFixture('crowdpose_dt.json'), annotations));
    };
    expect(score(withoutIndex)).toEqual(score(truth));
    const calm = score({ ...truth, images: truth.images.map((image) => ({ ...image, crowdIndex: 0 })) });
    expect([calm.APM, calm.APH]).toEqual([null, null]);
  });
});
