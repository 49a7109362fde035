/** COCO's 17 body parts. */
// prettier-ignore
export type CocoKeypointName =
  | 'nose'
  | 'left_eye' | 'right_eye'
  | 'left_ear' | 'right_ear'
  | 'left_shoulder' | 'right_shoulder'
  | 'left_elbow' | 'right_elbow'
  | 'left_wrist' | 'right_wrist'
  | 'left_hip' | 'right_hip'
  | 'left_knee' | 'right_knee'
  | 'left_ankle' | 'right_ankle';

/** CrowdPose's 14 body parts: COCO's from the shoulders down, and two for the head. */
export type CrowdPoseKeypointName = Exclude<CocoKeypointName, 'nose' | `${string}_eye` | `${string}_ear`> | 'head' | 'neck';

export type KeypointName = CocoKeypointName | CrowdPoseKeypointName;

/** One keypoint of a person, in the pixels of the image it was found in. */
export interface Keypoint {
  /** Column in image pixels: 0 is the centre of the leftmost pixel. May lie outside the image. */
  x: number;
  /** Row in image pixels: 0 is the centre of the top pixel. */
  y: number;
  /** Heatmap value times the person's center score, about 0 to 1. */
  score: number;
  /** Name of the body part, as in the model's keypoint set: `left_shoulder`. */
  name: KeypointName;
}

/** Axis-aligned rectangle in image pixels. */
export interface Box {
  xMin: number;
  yMin: number;
  xMax: number;
  yMax: number;
  width: number;
  height: number;
}

/** A pose that scores less is not told of: of those that score 0.05 to 0.1, nine in ten are nobody's. */
export const DEFAULT_SCORE_THRESHOLD = 0.1;

/** One person. */
export interface Pose {
  /** All keypoints of the set, in its order. */
  keypoints: Keypoint[];
  /** Mean keypoint score, times the predicted OKS where the model has a scoring net. */
  score: number;
  /** Extent of the keypoints. */
  box: Box;
}

/** Names, mirror partners and drawing edges of a model's keypoints. */
export interface KeypointSet<Name extends KeypointName = KeypointName> {
  readonly id: 'coco' | 'crowdpose';
  readonly names: readonly Name[];
  /** Index of each keypoint's left/right counterpart (itself for the midline). */
  readonly mirror: readonly number[];
  /** Pairs of keypoints joined by a line when drawn. */
  readonly skeleton: readonly (readonly [number, number])[];
  /** The standard deviations of COCO's object keypoint similarity, one per keypoint. */
  readonly sigmas: readonly number[];
}

/** COCO's 17 keypoints. */
// prettier-ignore
export const COCO: KeypointSet<CocoKeypointName> = {
  id: 'coco',
  names: [
    'nose',
    'left_eye', 'right_eye',
    'left_ear', 'right_ear',
    'left_shoulder', 'right_shoulder',
    'left_elbow', 'right_elbow',
    'left_wrist', 'right_wrist',
    'left_hip', 'right_hip',
    'left_knee', 'right_knee',
    'left_ankle', 'right_ankle',
  ],
  mirror: [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15],
  skeleton: [
    [0, 1], [0, 2], [1, 3], [2, 4],
    [5, 6], [5, 7], [7, 9], [6, 8], [8, 10],
    [5, 11], [6, 12], [11, 12],
    [11, 13], [13, 15], [12, 14], [14, 16],
  ],
  sigmas: [
    0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062,
    0.107, 0.107, 0.087, 0.087, 0.089, 0.089,
  ],
};

/** CrowdPose's 14 keypoints. */
// prettier-ignore
export const CROWDPOSE: KeypointSet<CrowdPoseKeypointName> = {
  id: 'crowdpose',
  names: [
    'left_shoulder', 'right_shoulder',
    'left_elbow', 'right_elbow',
    'left_wrist', 'right_wrist',
    'left_hip', 'right_hip',
    'left_knee', 'right_knee',
    'left_ankle', 'right_ankle',
    'head', 'neck',
  ],
  mirror: [1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 12, 13],
  skeleton: [
    [12, 13], [13, 0], [13, 1], [0, 2], [2, 4], [1, 3], [3, 5],
    [0, 6], [1, 7], [6, 7], [6, 8], [8, 10], [7, 9], [9, 11],
  ],
  sigmas: [
    0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107, 0.087, 0.087, 0.089, 0.089,
    0.079, 0.079,
  ],
};

export const KEYPOINT_SETS: Readonly<Record<KeypointSet['id'], KeypointSet>> = { coco: COCO, crowdpose: CROWDPOSE };
