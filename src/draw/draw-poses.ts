import type { OptionTable } from '../check-options.ts';
import { checkValue, finite, having, positive, readOptions } from '../check-options.ts';
import { ManyposeError } from '../errors.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import type { Keypoint, KeypointSet, Pose } from '../pose.ts';
import { COLORS, CONTEXT } from './checks.ts';
import { OUTLINE_COLOR, PERSON_COLORS } from './palette.ts';

/** What `drawPoses` uses of a 2D context: a canvas in a page, an OffscreenCanvas, or one in Node. */
export interface DrawingContext {
  strokeStyle: unknown;
  fillStyle: unknown;
  lineWidth: number;
  lineCap: string;
  lineJoin: string;
  save(): void;
  restore(): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, startAngle: number, endAngle: number): void;
  stroke(): void;
  fill(): void;
}

/** A person's keypoints differ: a hidden one of somebody who is sure is drawn too. */
const DRAWN_FROM = 0.05;

export interface DrawOptions {
  /** Keypoints below this score are left out, with their lines. Default 0.05. */
  scoreThreshold?: number;
  /** Colours by person, repeated when there are more people. Default `PERSON_COLORS`. */
  colors?: readonly string[];
  /** Width of the lines in the context's units. Default: by each person's size, 1.5 to 6 image pixels. */
  lineWidth?: number;
  /** Units of the context per image pixel: 2 draws on a canvas of twice the image's size. Default 1. */
  scale?: number;
  /** Which keypoints are joined. Default: the known set with as many keypoints as the pose. */
  keypointSet?: KeypointSet;
}

const OPTIONS: OptionTable<DrawOptions> = {
  scoreThreshold: finite,
  colors: COLORS,
  lineWidth: positive,
  scale: positive,
  keypointSet: having('a keypoint set', 'names', 'skeleton'),
};
const POSES = {
  words: 'poses, as estimatePoses gives them',
  is: (value: unknown) => Array.isArray(value) && value.every((pose) => Array.isArray((pose as Pose | null)?.keypoints)),
};

function keypointSetOf(pose: Pose): KeypointSet {
  const count = pose.keypoints.length;
  const set = Object.values(KEYPOINT_SETS).find((candidate) => candidate.names.length === count);
  if (!set) {
    throw new ManyposeError('invalid-argument', `no known keypoint set has ${count} keypoints: pass options.keypointSet`);
  }
  return set;
}

/** Eyes, ears and nose lie close together: thinner, so that they leave the face to be seen. */
const FACE_FACTOR = 0.6;
const isOfFace = (keypoint: Keypoint): boolean => /nose|eye|ear$/.test(keypoint.name);

/** Line width in image pixels: thin on people far away, so that their lines do not merge into a blot. */
function widthForSize(keypoints: readonly Keypoint[]): number {
  const xs = keypoints.map((keypoint) => keypoint.x);
  const ys = keypoints.map((keypoint) => keypoint.y);
  const extent = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  return Math.min(6, Math.max(1.5, extent * 0.017));
}

function strokeLimbs(context: DrawingContext, limbs: readonly (readonly [Keypoint, Keypoint])[], scale: number): void {
  context.beginPath();
  for (const [a, b] of limbs) {
    context.moveTo((a.x + 0.5) * scale, (a.y + 0.5) * scale);
    context.lineTo((b.x + 0.5) * scale, (b.y + 0.5) * scale);
  }
  context.stroke();
}

function fillJoints(
  context: DrawingContext,
  joints: readonly Keypoint[],
  radiusOf: (joint: Keypoint) => number,
  scale: number,
): void {
  for (const joint of joints) {
    context.beginPath();
    context.arc((joint.x + 0.5) * scale, (joint.y + 0.5) * scale, radiusOf(joint), 0, 2 * Math.PI);
    context.fill();
  }
}

function drawPerson(context: DrawingContext, pose: Pose, color: string, options: DrawOptions): void {
  const threshold = options.scoreThreshold ?? DRAWN_FROM;
  const scale = options.scale ?? 1;
  const { skeleton } = options.keypointSet ?? keypointSetOf(pose);
  const shown = (keypoint: Keypoint | undefined): keypoint is Keypoint =>
    keypoint !== undefined && keypoint.score >= threshold && Number.isFinite(keypoint.x) && Number.isFinite(keypoint.y);
  const joints = pose.keypoints.filter(shown);
  if (joints.length === 0) return;
  const limbs = skeleton
    .map(([i, j]) => [pose.keypoints[i], pose.keypoints[j]] as const)
    .filter((limb): limb is readonly [Keypoint, Keypoint] => shown(limb[0]) && shown(limb[1]));

  const width = options.lineWidth ?? widthForSize(joints) * scale;
  const outline = Math.max(1, width * 0.45);
  const factorOf = (keypoint: Keypoint): number => (isOfFace(keypoint) ? FACE_FACTOR : 1);
  const paint = (ink: string, margin: number): void => {
    context.strokeStyle = ink;
    context.fillStyle = ink;
    for (const factor of [FACE_FACTOR, 1]) {
      context.lineWidth = width * factor + 2 * margin;
      strokeLimbs(
        context,
        limbs.filter(([a, b]) => Math.max(factorOf(a), factorOf(b)) === factor),
        scale,
      );
    }
    fillJoints(context, joints, (joint) => width * factorOf(joint) + margin, scale);
  };
  // The whole outline first: a later limb's dark edge would else cut through an earlier limb.
  paint(OUTLINE_COLOR, outline);
  paint(color, 0);
}

/**
 * Draws each person's skeleton and joints over an image: one colour per person, dark outlines, lines
 * as thick as suits the person's size. Clears nothing; the context's state is restored.
 *
 * Keypoint (0, 0) is the centre of the image's first pixel, so it is drawn at (0.5, 0.5) · scale.
 *
 * @param context 2D context whose units are image pixels (times `options.scale`)
 * @param poses as `estimatePoses` returns them, best first; the best is drawn on top
 * @throws ManyposeError `invalid-argument` for an option out of range, or a pose of an unknown
 *   keypoint set where `options.keypointSet` is not given.
 */
export function drawPoses(context: DrawingContext, poses: readonly Pose[], given: DrawOptions = {}): void {
  checkValue('drawPoses', 'context', context ?? null, CONTEXT);
  checkValue('drawPoses', 'poses', poses ?? null, POSES);
  const options = readOptions('drawPoses', given, OPTIONS);
  const { colors = PERSON_COLORS } = options;
  context.save();
  try {
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (let i = poses.length - 1; i >= 0; i--) drawPerson(context, poses[i], colors[i % colors.length], options);
  } finally {
    context.restore();
  }
}
