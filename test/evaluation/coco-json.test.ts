import { describe, expect, it } from 'vitest';
import { parseAnnotations } from '../../src/evaluation/coco-annotations.ts';
import { cocoResults, parseResults } from '../../src/evaluation/coco-results.ts';
import { COCO, CROWDPOSE } from '../../src/pose.ts';
import type { KeypointSet, Pose } from '../../src/pose.ts';

type Json = Record<string, unknown>;

const keypointsOf = ({ names }: KeypointSet, visibility = 2): number[] => names.flatMap((_, k) => [k, 2 * k, visibility]);
const entry = (changes: Json = {}, set: KeypointSet = COCO): Json => ({
  id: 1, image_id: 7, category_id: 1, keypoints: keypointsOf(set), bbox: [1, 2, 30, 40], area: 500, iscrowd: 0, num_keypoints: set.names.length, ...changes,
});
const file = (changes: Json = {}, set: KeypointSet = COCO): Json => ({
  images: [{ id: 7, file_name: 'a.jpg' }], annotations: [entry({}, set)],
  categories: [{ id: 1, name: 'person', keypoints: set.names }], ...changes,
});
const result = (changes: Json = {}): Json => ({ image_id: 7, category_id: 1, keypoints: keypointsOf(COCO), score: 0.5, ...changes });

describe('annotations in COCO\'s format', () => {
  it('are read', () => {
    expect(parseAnnotations(file())).toEqual({
      keypointSet: COCO,
      categoryId: 1,
      images: [{
        id: 7, fileName: 'a.jpg', crowdIndex: undefined,
        people: [{ keypoints: keypointsOf(COCO), box: [1, 2, 30, 40], area: 500, crowd: false, ignored: false }],
      }],
    });
  });

  it('go by the keypoints\' names or, without them, their number', () => {
    const unnamed = { categories: [{ id: 1, name: 'person' }, { id: 2, name: 'dog' }] };
    for (const set of [COCO, CROWDPOSE]) {
      expect(parseAnnotations(file({}, set)).keypointSet).toBe(set);
      expect(parseAnnotations(file(unnamed, set)).keypointSet).toBe(set);
    }
  });

  it('of CrowdPose have an area of 0.53 of the box, whatever they say', () => {
    expect(parseAnnotations(file({}, CROWDPOSE)).images[0].people[0].area).toBeCloseTo(0.53 * 30 * 40, 12);
  });

  it('ignore crowds and people without keypoints, by the file\'s own count if it has one', () => {
    const people = [
      entry({ iscrowd: 1 }), entry({ num_keypoints: 0 }), entry({ num_keypoints: undefined, keypoints: keypointsOf(COCO, 0) }),
      entry({ num_keypoints: undefined }), entry({ iscrowd: undefined }),
    ];
    const read = parseAnnotations(file({ annotations: people })).images[0].people;
    expect(read.map(({ ignored }) => ignored)).toEqual([true, true, true, false, false]);
    expect(read.map(({ crowd }) => crowd)).toEqual([true, false, false, false, false]);
  });

  it('leave out other categories and sort images by id', () => {
    const read = parseAnnotations(file({
      images: [{ id: 10, file_name: 'b.jpg' }, { id: 7, file_name: 'a.jpg' }],
      annotations: [entry(), { id: 2, image_id: 99, category_id: 2, bbox: 'of a dog' }],
    }));
    expect(read.images.map(({ id, people }) => [id, people.length])).toEqual([[7, 1], [10, 0]]);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', null, /images: a list of objects expected, got nothing/],
    ['a list', [], /images: .*annotations: .*categories:/],
    ['images that are none', file({ images: [3] }), /images: a list of objects expected, got \[3\]/],
    ['an image without a name', file({ images: [{ id: 7 }] }), /images\[0\]\.file_name: text expected, got nothing/],
    ['an id that is text', file({ images: [{ id: '7', file_name: 'a' }], annotations: [] }), /images\[0\]\.id: a whole number expected, got "7"/],
    ['an image twice', file({ images: [{ id: 7, file_name: 'a' }, { id: 7, file_name: 'b' }] }), /images\[1\]\.id: 7 is there twice/],
    ['a crowd index that is none', file({ images: [{ id: 7, file_name: 'a', crowdIndex: 'high' }] }), /crowdIndex: a number expected, got "high"/],
    ['no category', file({ categories: [] }), /categories: one of people expected, got 0/],
    ['a category whose id is none', file({ categories: [{ id: '1', name: 'person', keypoints: COCO.names }] }), /categories: a whole number as id expected, got "1"/],
    ['other keypoints', file({ categories: [{ id: 1, name: 'person', keypoints: ['tail'] }] }), /neither coco's 17 nor crowdpose's 14 keypoints: \["tail"\]/],
    ['nothing that tells the keypoints', file({ annotations: [], categories: [{ id: 1, name: 'person' }] }), /neither coco's 17 nor/],
    ['a person in no image', file({ annotations: [entry({ image_id: 8 })] }), /annotations\[0\]\.image_id: no image 8/],
    ['too few numbers', file({ annotations: [entry({ keypoints: [1, 2] })] }), /annotations\[0\]\.keypoints: 51 numbers expected, got \[1,2\]/],
    ['numbers that are none', file({ annotations: [entry({ keypoints: keypointsOf(COCO).fill(Number.NaN) })] }), /51 numbers expected/],
    ['a box that is none', file({ annotations: [entry({ bbox: [1, 2, 3] })] }), /annotations\[0\]\.bbox: 4 numbers expected/],
    ['no area', file({ annotations: [entry({ area: undefined })] }), /annotations\[0\]\.area: a number expected, got nothing/],
    ['many faults', file({ annotations: Array(9).fill(entry({ area: null })) }), /annotations\[4\]\.area: [^;]*; and 4 more$/],
  ])('refuse %s', (_, json, message) => {
    expect(() => parseAnnotations(json)).toThrow(expect.objectContaining({ code: 'invalid-annotations', message: expect.stringMatching(message) }));
  });
});

describe('detections in COCO\'s results format', () => {
  const annotations = parseAnnotations(file());

  it('are read by image, those of people', () => {
    const read = parseResults([result(), result({ score: 0.7 }), result({ category_id: 2, keypoints: [] })], annotations);
    expect([...read].map(([id, found]) => [id, found.map(({ score }) => score)])).toEqual([[7, [0.5, 0.7]]]);
  });

  it('are written as they are read', () => {
    const keypoints = COCO.names.map((name, k) => ({ x: k + 0.25, y: -1 - k, score: 0.125, name }));
    const pose: Pose = { keypoints, score: 0.75, box: { xMin: 0, yMin: 0, xMax: 0, yMax: 0, width: 0, height: 0 } };
    const written = JSON.parse(JSON.stringify(cocoResults(7, [pose], 1))) as unknown;
    expect(written).toEqual([{ image_id: 7, category_id: 1, keypoints: keypoints.flatMap(({ x, y }) => [x, y, 0.125]), score: 0.75 }]);
    expect(parseResults(written, annotations).get(7)).toHaveLength(1);
  });

  it.each<[string, unknown, RegExp]>([
    ['an object', {}, /a list expected, got \{\}/],
    ['what is no object', [3], /\[0\]: an object expected, got 3/],
    ['an image that the annotations lack', [result({ image_id: 8 })], /\[0\]\.image_id: the annotations have no image 8/],
    ['keypoints of another set', [result({ keypoints: keypointsOf(CROWDPOSE) })], /\[0\]\.keypoints: 51 numbers expected/],
    ['a position that is none', [result(), result({ keypoints: keypointsOf(COCO).fill(Number.POSITIVE_INFINITY, 3, 4) })], /\[1\]\.keypoints/],
    ['no score', [result({ score: null })], /\[0\]\.score: a number expected, got null/],
  ])('refuse %s', (_, json, message) => {
    expect(() => parseResults(json, annotations)).toThrow(expect.objectContaining({ code: 'invalid-annotations', message: expect.stringMatching(message) }));
  });
});
