import type { SKRSContext2D } from '@napi-rs/canvas';
import { drawPoses } from '../draw/draw-poses.ts';
import { drawCenterMap, drawHeatmaps } from '../draw/heat.ts';
import { drawOffsets } from '../draw/offsets.ts';
import { drawSampling } from '../draw/sampling.ts';
import { ManyposeError } from '../errors.ts';
import type { Inspection } from '../inspection.ts';
import { didYouMean } from '../nearest-name.ts';
import type { Pose } from '../pose.ts';

/** What was found in a picture. */
export interface Seen {
  readonly poses: readonly Pose[];
  /** What went on in the network, which views other than `poses` show. */
  readonly inspection?: Inspection;
}

type Context = CanvasRenderingContext2D;

/** What can be drawn over a picture, by name. */
const VIEWS = {
  poses: (context: Context, { poses }: Seen) => drawPoses(context, poses),
  heatmaps: (context: Context, { inspection }: Seen) => drawHeatmaps(context, inspection!),
  centers: (context: Context, { inspection }: Seen) => drawCenterMap(context, inspection!),
  offsets: (context: Context, { inspection }: Seen) => drawOffsets(context, inspection!),
  sampling: (context: Context, { inspection }: Seen) => drawSampling(context, inspection!),
};

export type View = keyof typeof VIEWS;
const VIEW_NAMES = Object.keys(VIEWS) as View[];

/**
 * Reads a list with commas between.
 *
 * @returns each view once, in the order in which they are asked for.
 * @throws ManyposeError `invalid-argument` for a name that is none, with the nearest.
 */
export function viewsNamed(list: string): View[] {
  const asked = list.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !Object.hasOwn(VIEWS, name));
  if (unknown !== undefined) {
    throw new ManyposeError(
      'invalid-argument',
      `--show: there is no '${unknown}'${didYouMean(unknown, VIEW_NAMES)}; there are ${VIEW_NAMES.join(', ')}`,
    );
  }
  return [...new Set(asked as View[])];
}

/** Whether anything is shown that needs a look into the network. */
export const lookInside = (views: readonly View[]): boolean => views.some((view) => view !== 'poses');

/** What a view's picture is called, after the photo's name. */
export const endingOf = (view: View): string => (view === 'poses' ? '.png' : `-${view}.png`);

/** Draws a view over its picture. */
export function drawView(context: SKRSContext2D, view: View, seen: Seen): void {
  VIEWS[view](context as unknown as Context, seen);
}
