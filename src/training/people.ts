import { ManyposeError } from '../errors.ts';
import type { AnnotatedPerson } from '../evaluation/annotations.ts';
import type { KeypointSet } from '../pose.ts';
import type { Affine, Point } from './affine.ts';
import { applyAffine, areaFactor } from './affine.ts';

/** What a person's center is: the mean of the labelled keypoints, or the middle of the box (the paper's footnote 4 compares them). */
export type CenterKind = 'keypoints' | 'box';

/** A person on a map of the network's; places in cells, which are indices. */
export interface PersonOnMap {
  /** Of every keypoint of the set; null where it is not labelled. */
  readonly joints: readonly (Point | null)[];
  /** null for a person whose center is not learned. */
  readonly center: Point | null;
  /** Of the box, in input pixels: width · height, and its diagonal. */
  readonly boxArea: number;
  readonly boxDiagonal: number;
}

/** How a picture lies on a map. */
export interface MapPlacement {
  /** Picture to map, before the flip. */
  readonly matrix: Affine;
  /** Input pixels per cell: 4, or 2 for 2x maps. */
  readonly stride: number;
  /** Cells to a side; a flip mirrors at the last one. */
  readonly mapSize: number;
  readonly flip: boolean;
}

/** COCO's people below this area, in picture pixels, have no center. */
const SMALLEST_AREA_WITH_CENTER = 32 ** 2;

/**
 * A picture's people on a map. Crowds are left out. With `flip` joints and centers are mirrored **on the
 * map** (x ↦ mapSize - 1 - x) and left and right exchanged, as the released code does it; its picture is
 * mirrored at the last pixel, 3 input pixels further right (2x maps: 1), which the flip test's shift undoes.
 *
 * @throws ManyposeError `invalid-annotations` for a person without 3 numbers for each of the set's keypoints.
 */
export function placePeople(
  people: readonly AnnotatedPerson[],
  set: KeypointSet,
  placement: MapPlacement,
  center: CenterKind = 'keypoints',
): PersonOnMap[] {
  return people.filter(({ crowd }) => !crowd).map((person) => placePerson(person, set, placement, center));
}

function placePerson(
  person: AnnotatedPerson,
  set: KeypointSet,
  { matrix, stride, mapSize, flip }: MapPlacement,
  kind: CenterKind,
): PersonOnMap {
  if (person.keypoints.length !== 3 * set.names.length) {
    throw new ManyposeError(
      'invalid-annotations',
      `expected ${3 * set.names.length} numbers for ${set.id}'s keypoints, got ${person.keypoints.length}`,
    );
  }
  const place = (point: Point): Point => {
    const { x, y } = applyAffine(matrix, point);
    return { x: flip ? mapSize - 1 - x : x, y };
  };
  const inPicture = labelledKeypoints(person);
  const joints = set.names.map((_, k) => {
    const point = inPicture[flip ? set.mirror[k] : k];
    return point && place(point);
  });
  const [, , width, height] = person.box;
  const toInput = areaFactor(matrix) * stride ** 2;
  const hasCenter = set.id !== 'coco' || person.area >= SMALLEST_AREA_WITH_CENTER;
  return {
    joints,
    center: hasCenter ? place(centerOf(person, inPicture, kind)) : null,
    boxArea: width * height * toInput,
    boxDiagonal: Math.hypot(width, height) * Math.sqrt(toInput),
  };
}

function labelledKeypoints({ keypoints }: AnnotatedPerson): (Point | null)[] {
  return Array.from({ length: keypoints.length / 3 }, (_, k) =>
    keypoints[3 * k + 2] > 0 ? { x: keypoints[3 * k], y: keypoints[3 * k + 1] } : null,
  );
}

/** A person without labelled keypoints has the box's middle either way. */
function centerOf(
  { box: [left, top, width, height] }: AnnotatedPerson,
  keypoints: readonly (Point | null)[],
  kind: CenterKind,
): Point {
  const labelled = keypoints.filter((point) => point !== null);
  if (kind === 'box' || labelled.length === 0) return { x: left + width / 2, y: top + height / 2 };
  const mean = (of: (point: Point) => number): number => labelled.reduce((sum, point) => sum + of(point), 0) / labelled.length;
  return { x: mean(({ x }) => x), y: mean(({ y }) => y) };
}
