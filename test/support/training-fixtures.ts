/** Golden vectors of the training side: those of the released code lie with the Python tests, which share them. */
import { readFileSync } from 'node:fs';
import type { AnnotatedPerson } from '../../src/evaluation/annotations.ts';
import type { KeypointSet } from '../../src/pose.ts';
import { COCO, CROWDPOSE } from '../../src/pose.ts';
import type { Affine } from '../../src/training/affine.ts';
import type { PersonOnMap } from '../../src/training/people.ts';
import type { NpyArray } from './npz.ts';
import { floatsOf, readNpz } from './npz.ts';

const SHARED = new URL('../../models/training/tests/fixtures/', import.meta.url);
const OWN = new URL('../fixtures/training/', import.meta.url);

export const readShared = <T>(name: string): T => JSON.parse(readFileSync(new URL(`${name}.json`, SHARED), 'utf8'));
export const readOwn = <T>(name: string): T => JSON.parse(readFileSync(new URL(`${name}.json`, OWN), 'utf8'));

export type Arrays = (name: string) => NpyArray<Float32Array>;

export function sharedArrays(name: string): Arrays {
  const arrays = readNpz(new URL(`${name}.npz`, SHARED));
  return (array) => floatsOf(arrays, array);
}

export function ownArrays(name: string): Arrays {
  const arrays = readNpz(new URL(`${name}.npz`, OWN));
  return (array) => floatsOf(arrays, array);
}

type Joint = [x: number | null, y: number | null, v: number];

export interface AugmentationCase {
  readonly settings: string;
  readonly image_size: [number, number];
  readonly input_size: number;
  readonly map_sizes: number[];
  readonly draws: { u_scale: number; u_rotation: number; dx: number; dy: number; u_flip: number };
  readonly translation_bounds: [[number, number], [number, number]];
  readonly flip: boolean;
  readonly matrix_input: Affine;
  readonly matrix_maps: Affine[];
  readonly area_factor?: number;
  readonly joints_image: Joint[][];
  readonly joints_maps: Joint[][][];
  readonly box_area_image: number[];
  readonly box_area_input: number[];
  readonly mask_cells_kept: number[];
}

export interface TargetCase extends AugmentationCase {
  readonly sigma: number[];
  readonly center_sigma_setting: number;
  readonly background_weights: number[];
  readonly people: {
    bbox: [number, number, number, number];
    area: number;
    iscrowd: 0 | 1;
    num_keypoints: number;
    keypoints: Joint[];
    masked_rectangle: [number, number, number, number] | null;
  }[];
  readonly people_used: number[];
}

export const setOf = (name: string): KeypointSet => (name.startsWith('crowdpose') ? CROWDPOSE : COCO);

/** A case's people as a file of annotations has them. */
export function annotatedPeople({ people }: TargetCase): AnnotatedPerson[] {
  return people.map(({ bbox, area, iscrowd, num_keypoints: labelled, keypoints }) => ({
    keypoints: keypoints.flat().map((value) => value ?? 0),
    box: bbox,
    area,
    crowd: iscrowd === 1,
    ignored: iscrowd === 1 || labelled === 0,
  }));
}

/** People on a map from their joint lists, whose last row is the center. */
export function peopleOf(joints: Joint[][], boxAreas: readonly number[], diagonals?: readonly number[]): PersonOnMap[] {
  return joints.map((rows, i) => {
    const points = rows.map(([x, y, v]) => (v > 0 ? { x: x!, y: y! } : null));
    return { joints: points.slice(0, -1), center: points.at(-1)!, boxArea: boxAreas[i], boxDiagonal: diagonals?.[i] ?? NaN };
  });
}
