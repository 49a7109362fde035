import { describe, expect, it } from 'vitest';
import { parseAnnotations } from '../../src/evaluation/coco-annotations.ts';
import { cocoResults, parseResults } from '../../src/evaluation/coco-results.ts';
import { COCO, CROWDPOSE } from '../../src/pose.ts';
import type { KeypointSet, Pose } from '../../src/pose.ts';

type Json = Record<string, unknown>;

const keypointsOf = ({ names }: KeypointSet, visibility = 2): number[] => names.flatMap((_, k) => [k, 2 * k, visibility]);
const entry = (changes: Json = {}, set: KeypointSet = COCO): Json => ({
  id: 1,
  image_id: 7,
  category_id: 1,
  keypoints: keypointsOf(set),
  bbox: [1, 2, 30, 40],
  area: 500,
  iscrowd: 0,
  num_keypoints: set.names.length,
  ...changes,
});
const file = (changes: Json = {}, set: KeypointSet = COCO): Json => ({
  images: [{ id: 7, file_name: 'a.jpg' }],
  annotations: [entry({}, set)],
  categories: [{ id: 1, name: 'person', keypoints: set.names }],
  ...changes,
});
const result = (changes: Json = {}): Json => ({
  image_id: 7,
  category_id: 1,
  keypoints: keypointsOf(COCO),
  score: 0.5,
  ...changes,
});

describe("annotations in COCO's format", () => {
  it('are read', () => {
    expect(parseAnnotations(file())).toEqual({
      keypointSet: COCO,
      categoryId: 1,
      images: [
        {
          id: 7,
          fileName: 'a.jpg',
          crowdIndex: undefined,
          people: [{ id: 1, keypoints: keypointsOf(COCO), box: [1, 2, 30, 40], area: 500, crowd: false, ignored: false }],
        },
      ],
    });
  });

  it("go by the keypoints' names or, without them, their number", () => {
    const unnamed = {
      categories: [
        { id: 1, name: 'person' },
        { id: 2, name: 'dog' },
      ],
    };
    for (const set of [COCO, CROWDPOSE]) {
      expect(parseAnnotations(file({}, set)).keypointSet).toBe(set);
      expect(parseAnnotations(file(unnamed, set)).keypointSet).toBe(set);
    }
  });

  it('of CrowdPose have an area of 0.53 of the box, whatever they say', () => {
    expect(parseAnnotations(file({}, CROWDPOSE)).images[0].people[0].area).toBeCloseTo(0.53 * 30 * 40, 12);
  });

  it("ignore crowds and people without keypoints, by the file's own count if it has one", () => {
    const people = [
      entry({ iscrowd: 1 }),
      entry({ num_keypoints: 0 }),
      entry({ num_keypoints: undefined, keypoints: keypointsOf(COCO, 0) }),
      entry({ num_keypoints: undefined }),
      entry({ iscrowd: undefined }),
    ];
    const read = parseAnnotations(file({ annotations: people })).images[0].people;
    expect(read.map(({ ignored }) => ignored)).toEqual([true, true, true, false, false]);
    expect(read.map(({ crowd }) => crowd)).toEqual([true, false, false, false, false]);
  });

  it('know keypoints by other spellings of their names', () => {
    const spell = (change: (name: string) => string) => ({
      categories: [{ id: 1, name: 'person', keypoints: COCO.names.map(change) }],
    });
    for (const change of [
      (name: string) => name.toUpperCase(),
      (name: string) => name.replace('_', ' '),
      (name: string) => name.replace('_', '-'),
    ]) {
      expect(parseAnnotations(file(spell(change))).keypointSet).toBe(COCO);
    }
    expect(() => parseAnnotations(file(spell((name) => name.replace('_', ''))))).toThrow(/neither coco's 17/);
  });

  it("take the category whose keypoints are people's, if others have keypoints too", () => {
    const dogs = { id: 2, name: 'dog', keypoints: ['snout', 'tail'] };
    const person = { id: 1, name: 'person', keypoints: COCO.names };
    for (const categories of [
      [person, dogs],
      [dogs, person],
    ])
      expect(parseAnnotations(file({ categories })).categoryId).toBe(1);
  });

  it('go by the number of keypoints if a category lists none', () => {
    const categories = [{ id: 1, name: 'person', keypoints: [] }];
    // The first annotation has no keypoints to count.
    const annotations = [entry({ keypoints: [], num_keypoints: 0 }), entry()];
    expect(parseAnnotations(file({ categories, annotations })).keypointSet).toBe(COCO);
  });

  it('of a person without a list of keypoints are of one without keypoints', () => {
    const [person] = parseAnnotations(file({ annotations: [entry({ keypoints: [], num_keypoints: 0 })] })).images[0].people;
    expect(person).toMatchObject({ keypoints: keypointsOf(COCO).fill(0), ignored: true });
  });

  it('may name images by text, and need no files', () => {
    const images = ['b', '10', '9'].map((id) => ({ id }));
    const read = parseAnnotations(file({ images, annotations: [entry({ image_id: '9' })] })).images;
    expect(read.map(({ id, people }) => [id, people.length])).toEqual([
      ['10', 0],
      ['9', 1],
      ['b', 0],
    ]);
    expect(read[0].fileName).toBeUndefined();
  });

  it('leave out other categories and sort images by id', () => {
    const read = parseAnnotations(
      file({
        images: [
          { id: 10, file_name: 'b.jpg' },
          { id: 7, file_name: 'a.jpg' },
        ],
        annotations: [entry(), { id: 2, image_id: 99, category_id: 2, bbox: 'of a dog' }],
      }),
    );
    expect(read.images.map(({ id, people }) => [id, people.length])).toEqual([
      [7, 1],
      [10, 0],
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', null, /images: a list of objects expected, got nothing/],
    ['a list', [], /images: .*annotations: .*categories:/],
    ['images that are none', file({ images: [3] }), /images: a list of objects expected, got \[3\]/],
    ['an image whose name is none', file({ images: [{ id: 7, file_name: 3 }] }), /images\[0\]\.file_name: text expected, got 3/],
    [
      'an id that is none',
      file({ images: [{ id: 7.5, file_name: 'a' }], annotations: [] }),
      /images\[0\]\.id: a whole number or text expected, got 7\.5/,
    ],
    ['ids of both kinds', file({ images: [{ id: 7 }, { id: 'a' }] }), /images: some ids are numbers, others are text/],
    ['a person of a number in an image of a text', file({ images: [{ id: '7' }] }), /annotations\[0\]\.image_id: no image 7/],
    [
      'two categories of people',
      file({ categories: [1, 2].map((id) => ({ id, name: `person ${id}`, keypoints: COCO.names })) }),
      /categories: one of people expected, got 2 \("person 1", "person 2"\)/,
    ],
    [
      'an image twice',
      file({
        images: [
          { id: 7, file_name: 'a' },
          { id: 7, file_name: 'b' },
        ],
      }),
      /images\[1\]\.id: 7 is there twice/,
    ],
    [
      'a crowd index that is none',
      file({ images: [{ id: 7, file_name: 'a', crowdIndex: 'high' }] }),
      /crowdIndex: a number expected, got "high"/,
    ],
    ['no category', file({ categories: [] }), /categories: one of people expected, got 0/],
    [
      'a category whose id is none',
      file({ categories: [{ id: '1', name: 'person', keypoints: COCO.names }] }),
      /categories: a whole number as id expected, got "1"/,
    ],
    [
      'other keypoints',
      file({ categories: [{ id: 1, name: 'person', keypoints: ['tail'] }] }),
      /neither coco's 17 nor crowdpose's 14 keypoints: \["tail"\]/,
    ],
    [
      'nothing that tells the keypoints',
      file({ annotations: [], categories: [{ id: 1, name: 'person' }] }),
      /neither coco's 17 nor/,
    ],
    ['a person in no image', file({ annotations: [entry({ image_id: 8 })] }), /annotations\[0\]\.image_id: no image 8/],
    [
      'too few numbers',
      file({ annotations: [entry({ keypoints: [1, 2] })] }),
      /annotations\[0\]\.keypoints: 51 numbers expected, got \[1,2\]/,
    ],
    [
      'numbers that are none',
      file({ annotations: [entry({ keypoints: keypointsOf(COCO).fill(Number.NaN) })] }),
      /51 numbers expected/,
    ],
    ['a box that is none', file({ annotations: [entry({ bbox: [1, 2, 3] })] }), /annotations\[0\]\.bbox: 4 numbers expected/],
    ['no area', file({ annotations: [entry({ area: undefined })] }), /annotations\[0\]\.area: a number expected, got nothing/],
    ['many faults', file({ annotations: Array(9).fill(entry({ area: null })) }), /annotations\[4\]\.area: [^;]*; and 4 more$/],
  ])('refuse %s', (_, json, message) => {
    expect(() => parseAnnotations(json)).toThrow(
      expect.objectContaining({ code: 'invalid-annotations', message: expect.stringMatching(message) }),
    );
  });
});

describe("detections in COCO's results format", () => {
  const annotations = parseAnnotations(file());

  it('are read by image, those of people', () => {
    const read = parseResults([result(), result({ score: 0.7 }), result({ category_id: 2, keypoints: [] })], annotations);
    expect([...read].map(([id, found]) => [id, found.map(({ score }) => score)])).toEqual([[7, [0.5, 0.7]]]);
  });

  it('have the area of their boxes if the first one has a box', () => {
    const areas = (...results: Json[]) =>
      parseResults(results, annotations)
        .get(7)!
        .map(({ area }) => area);
    expect(areas(result({ bbox: [1, 2, 30, 40] }), result({ bbox: [0, 0, 2, 3] }))).toEqual([1200, 6]);
    expect(areas(result(), result({ bbox: [0, 0, 2, 3] }))).toEqual([undefined, undefined]);
    expect(areas(result({ bbox: [] }))).toEqual([undefined]);
    expect(() => areas(result({ bbox: [1, 2, 30, 40] }), result())).toThrow(/\[1\]\.bbox: 4 numbers expected, got nothing/);
  });

  it('may be none at all', () => {
    expect(parseResults([], annotations).get(7)).toEqual([]);
  });

  it('are written as they are read', () => {
    const keypoints = COCO.names.map((name, k) => ({ x: k + 0.25, y: -1 - k, score: 0.125, name }));
    const pose: Pose = { keypoints, score: 0.75, box: { xMin: 0, yMin: 0, xMax: 0, yMax: 0, width: 0, height: 0 } };
    const written = JSON.parse(JSON.stringify(cocoResults(7, [pose], 1))) as unknown;
    expect(written).toEqual([
      { image_id: 7, category_id: 1, keypoints: keypoints.flatMap(({ x, y }) => [x, y, 0.125]), score: 0.75 },
    ]);
    expect(parseResults(written, annotations).get(7)).toHaveLength(1);
  });

  it.each<[string, unknown, RegExp]>([
    ['an object', {}, /a list expected, got \{\}/],
    ['what is no object', [3], /\[0\]: an object expected, got 3/],
    ['an image that the annotations lack', [result({ image_id: 8 })], /\[0\]\.image_id: the annotations have no image 8/],
    ['keypoints of another set', [result({ keypoints: keypointsOf(CROWDPOSE) })], /\[0\]\.keypoints: 51 numbers expected/],
    [
      'a position that is none',
      [result(), result({ keypoints: keypointsOf(COCO).fill(Number.POSITIVE_INFINITY, 3, 4) })],
      /\[1\]\.keypoints/,
    ],
    ['an image of the same name in text', [result({ image_id: '7' })], /\[0\]\.image_id: the annotations have no image "7"/],
    ['no keypoints', [result({ keypoints: [] })], /\[0\]\.keypoints: 51 numbers expected, got \[\]/],
    [
      'what is all of other categories',
      [result({ category_id: 2 }), result({ category_id: 3 })],
      /none of 2 is of the annotations' category 1; the first is of 2/,
    ],
    ['no score', [result({ score: null })], /\[0\]\.score: a number expected, got null/],
  ])('refuse %s', (_, json, message) => {
    expect(() => parseResults(json, annotations)).toThrow(
      expect.objectContaining({ code: 'invalid-annotations', message: expect.stringMatching(message) }),
    );
  });
});
