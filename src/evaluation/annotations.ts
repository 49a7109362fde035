import type { KeypointSet } from '../pose.ts';

/** An image's or annotation's name in its file: whole numbers, or text. */
export type Id = number | string;

/** A person as annotated, in pixels of the image. */
export interface AnnotatedPerson {
  /** The annotation's. */
  readonly id?: Id;
  /** (x, y, v) of each keypoint in the set's order; v: 0 not labelled, 1 labelled but hidden, 2 visible. */
  readonly keypoints: readonly number[];
  /** x, y, width, height. */
  readonly box: readonly [number, number, number, number];
  /** Square pixels, by the benchmark's own measure: the scale of the similarity, and what the area ranges look at. */
  readonly area: number;
  /** A region of several people, which any number of detections may take. */
  readonly crowd: boolean;
  /** Neither to be found nor missed: a crowd, or a person without keypoints. */
  readonly ignored: boolean;
}

export interface AnnotatedImage {
  readonly id: Id;
  /** Where the photo is; results can be scored without. */
  readonly fileName?: string;
  /** CrowdPose's measure of how much people overlap, as the file gives it; what it lacks is computed (`crowdIndexOf`). */
  readonly crowdIndex?: number;
  readonly people: readonly AnnotatedPerson[];
}

export interface Annotations {
  readonly keypointSet: KeypointSet;
  /** The category `person`. */
  readonly categoryId: number;
  /** By ascending id (text by its characters' codes): the order that settles ties between equal scores. */
  readonly images: readonly AnnotatedImage[];
}

/** A person as found, in pixels of the image. */
export interface Detection {
  /** (x, y, anything) of each keypoint in the set's order. */
  readonly keypoints: readonly number[];
  readonly score: number;
  /** Square pixels, where the results gave a box; else the extent of the keypoints is taken. Only area ranges look at it. */
  readonly area?: number;
}

/** What was found in each image, by its id; images without people may be left out. */
export type Detections = ReadonlyMap<Id, readonly Detection[]>;
