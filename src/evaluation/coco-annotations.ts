import { shown } from '../model/shown.ts';
import { isRecord } from '../model/values.ts';
import type { KeypointSet } from '../pose.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import type { AnnotatedImage, AnnotatedPerson, Annotations, Id } from './annotations.ts';
import { Faults, isFiniteList, isId } from './faults.ts';

/** CrowdPose has no segments: it takes this part of a box for the person's area. */
const CROWDPOSE_AREA_OF_BOX = 0.53;
const WHAT = "not annotations of people's keypoints in COCO's format";

type Json = Record<string, unknown>;

/**
 * Reads annotations in COCO's format, of COCO's or CrowdPose's keypoints: `images`, `annotations` and
 * `categories` of `person_keypoints_*.json` or `crowdpose_*.json`. Other categories are left out.
 * Images' ids are whole numbers or text, all of one kind.
 *
 * @param json the parsed file.
 * @throws ManyposeError `invalid-annotations` that lists what is wrong.
 */
export function parseAnnotations(json: unknown): Annotations {
  const faults = new Faults();
  const lists = isRecord(json) ? json : {};
  const listOf = (name: string): Json[] => {
    const list = lists[name];
    return faults.check(
      Array.isArray(list) && list.every(isRecord),
      () => `${name}: a list of objects expected, got ${shown(list)}`,
    )
      ? (list as Json[])
      : [];
  };
  const [imageEntries, personEntries, categories] = ['images', 'annotations', 'categories'].map(listOf);
  faults.throwAny(WHAT);

  const { keypointSet, categoryId } = personCategory(categories, personEntries, faults);
  faults.throwAny(WHAT);
  const people = new Map<Id, AnnotatedPerson[]>();
  const images = imageEntries.map((entry, i) => readImage(entry, `images[${i}]`, people, faults));
  // They are put in order.
  faults.check(new Set(images.map(({ id }) => typeof id)).size <= 1, () => 'images: some ids are numbers, others are text');
  personEntries.forEach((entry, i) => {
    if (entry.category_id !== categoryId) return;
    const name = `annotations[${i}]`;
    const ofImage = people.get(entry.image_id as Id);
    faults.check(ofImage !== undefined, () => `${name}.image_id: no image ${shown(entry.image_id)}`);
    const person = readPerson(entry, name, keypointSet, faults);
    if (person) ofImage?.push(person);
  });
  faults.throwAny(WHAT);
  return { keypointSet, categoryId, images: images.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/**
 * The category of people: the one whose keypoints are called as those of a set or, where no category names
 * any, is called person. Whose keypoints they are, their names tell or, without names, how many an
 * annotation has.
 */
function personCategory(
  categories: readonly Json[],
  annotations: readonly Json[],
  faults: Faults,
): Pick<Annotations, 'keypointSet' | 'categoryId'> {
  const named = categories.filter(({ keypoints }) => Array.isArray(keypoints) && keypoints.length > 0);
  const recognised = named.filter(({ keypoints }) => setNamed(keypoints));
  const people = [recognised, named, categories.filter(({ name }) => name === 'person')].find((some) => some.length > 0) ?? [];
  faults.check(people.length === 1, () => `categories: one of people expected, got ${people.length}${listed(people)}`);
  const { id, keypoints: names } = people[0] ?? {};
  faults.check(Number.isInteger(id), () => `categories: a whole number as id expected, got ${shown(id)}`);
  const ofPerson = annotations.find(
    ({ category_id: category, keypoints }) => category === id && !isEmptyList(keypoints),
  )?.keypoints;
  const keypointSet = named.length > 0 ? setNamed(names) : setOfSize(ofPerson);
  faults.check(
    keypointSet !== undefined,
    () =>
      `neither ${SETS.map((set) => `${set.id}'s ${set.names.length}`).join(' nor ')} keypoints: ${shown(named.length > 0 ? names : ofPerson)}`,
  );
  return { keypointSet: keypointSet!, categoryId: id as number };
}

const SETS = Object.values(KEYPOINT_SETS);

/** Capitals, and blanks or hyphens between words, make no other keypoint. */
function setNamed(names: unknown): KeypointSet | undefined {
  if (!Array.isArray(names)) return undefined;
  const plain = names
    .map((name) =>
      String(name)
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, '_'),
    )
    .join();
  return SETS.find((set) => set.names.join() === plain);
}

function setOfSize(keypoints: unknown): KeypointSet | undefined {
  return SETS.find((set) => Array.isArray(keypoints) && keypoints.length === 3 * set.names.length);
}

function listed(categories: readonly Json[]): string {
  return categories.length === 0 ? '' : ` (${categories.map(({ name, id }) => shown(name ?? id)).join(', ')})`;
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** @param people gets an empty list for the image, which its `people` stays. */
function readImage(entry: Json, name: string, people: Map<Id, AnnotatedPerson[]>, faults: Faults): AnnotatedImage {
  const { id, file_name: fileName, crowdIndex } = entry as { id: Id; file_name?: string; crowdIndex?: number };
  faults.check(isId(id), () => `${name}.id: a whole number or text expected, got ${shown(id)}`);
  faults.check(!people.has(id), () => `${name}.id: ${id} is there twice`);
  faults.check(
    fileName === undefined || typeof fileName === 'string',
    () => `${name}.file_name: text expected, got ${shown(fileName)}`,
  );
  faults.check(
    crowdIndex === undefined || Number.isFinite(crowdIndex),
    () => `${name}.crowdIndex: a number expected, got ${shown(crowdIndex)}`,
  );
  const ofImage: AnnotatedPerson[] = [];
  people.set(id, ofImage);
  return { id, fileName, crowdIndex, people: ofImage };
}

function readPerson(entry: Json, name: string, keypointSet: KeypointSet, faults: Faults): AnnotatedPerson | undefined {
  const { id, bbox: box } = entry;
  const numbers = 3 * keypointSet.names.length;
  // None at all is how some tools write that none is labelled.
  const keypoints = isEmptyList(entry.keypoints) ? Array<number>(numbers).fill(0) : entry.keypoints;
  const readable = [
    faults.check(
      isFiniteList(keypoints, numbers),
      () => `${name}.keypoints: ${numbers} numbers expected, got ${shown(keypoints)}`,
    ),
    faults.check(isFiniteList(box, 4), () => `${name}.bbox: 4 numbers expected, got ${shown(box)}`),
  ];
  if (!readable.every(Boolean)) return undefined;
  const [, , width, height] = box as number[];
  const area = keypointSet.id === 'crowdpose' ? width * height * CROWDPOSE_AREA_OF_BOX : entry.area;
  faults.check(Number.isFinite(area), () => `${name}.area: a number expected, got ${shown(area)}`);
  const labelled = (keypoints as number[]).filter((visibility, i) => i % 3 === 2 && visibility > 0).length;
  const crowd = Boolean(entry.iscrowd);
  return {
    ...(isId(id) && { id }),
    keypoints: keypoints as number[],
    box: box as [number, number, number, number],
    area: area as number,
    crowd,
    ignored: crowd || (entry.num_keypoints ?? labelled) === 0,
  };
}
