import type { Expected, OptionTable } from '../check-options.ts';
import { checkValue, readOptions, text, whole } from '../check-options.ts';
import { ManyposeError } from '../errors.ts';
import type { InputGeometry } from '../geometry.ts';
import type { Inspection, Point } from '../inspection.ts';
import type { AdaptiveSampling, MapPlace, TapShape } from '../ops/sampling.ts';
import { sampledPlaces, tapShape } from '../ops/sampling.ts';
import type { OverlayOptions } from './canvas.ts';
import { onContext } from './canvas.ts';
import { CONTEXT } from './checks.ts';
import type { DrawingContext } from './draw-poses.ts';
import { INSPECTION, OVERLAY_OPTIONS } from './inspection-checks.ts';

/** The nine places that an adaptive convolution read for one cell. */
export interface SampledTaps extends TapShape {
  /** The layer. */
  readonly layer: string;
  /** The cell, and its place in the image. */
  readonly cell: MapPlace;
  readonly at: Point;
  /** In image pixels, in kernel order (row by row). May lie outside the image, where the layer reads zeros. */
  readonly taps: readonly Point[];
}

export interface TapsOptions {
  /** Name of an adaptive convolution, as `inspection.sampling` has it. Default: the last one, which the offsets come from. */
  readonly layer?: string;
  /** Of a layer with groups of channels: which. Default 0. */
  readonly group?: number;
}

export interface SamplingOptions extends OverlayOptions, TapsOptions {
  /** Where in the image. Default: each person's center, in the person's colour. */
  readonly at?: readonly Point[];
}

const isPoint = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Number.isFinite((value as Point).x) && Number.isFinite((value as Point).y);
const POINT: Expected = { words: 'a place { x, y }', is: isPoint };
const TAPS_OPTIONS: OptionTable<TapsOptions> = { layer: text, group: whole(0, 1000) };
const SAMPLING_OPTIONS: OptionTable<SamplingOptions> = {
  ...TAPS_OPTIONS,
  ...OVERLAY_OPTIONS,
  at: { words: 'a list of places { x, y }', is: (value) => Array.isArray(value) && value.every(isPoint) },
};

/**
 * Where an adaptive convolution read to compute its value at a place in the image, as the network ran.
 *
 * @param at in image pixels; the cell nearest to it counts.
 * @returns undefined outside the image.
 * @throws ManyposeError `invalid-argument` for a layer or a group that there is not.
 */
export function sampledTaps(inspection: Inspection, at: Point, options: TapsOptions = {}): SampledTaps | undefined {
  checkValue('sampledTaps', 'inspection', inspection ?? null, INSPECTION);
  checkValue('sampledTaps', 'at', at ?? null, POINT);
  return tapsAt(inspection, at, readOptions('sampledTaps', options, TAPS_OPTIONS));
}

function tapsAt(inspection: Inspection, at: Point, { layer, group = 0 }: TapsOptions): SampledTaps | undefined {
  const sampling = layerOf(inspection, layer);
  if (group >= sampling.groups) {
    throw new ManyposeError(
      'invalid-argument',
      `${sampling.name} has ${sampling.groups} groups of channels, so none is ${group}`,
    );
  }
  const { geometry } = inspection;
  const { width, height } = sampling.transform;
  const column = Math.round((at.x * geometry.scale + geometry.shiftX) / sampling.stride);
  const row = Math.round((at.y * geometry.scale + geometry.shiftY) / sampling.stride);
  if (!(column >= 0 && row >= 0 && column < width && row < height)) return undefined;
  const places = sampledPlaces(sampling, row, column, group);
  const inImage = (place: MapPlace): Point => imagePlace(place, sampling.stride, geometry);
  return {
    layer: sampling.name,
    cell: { row, column },
    at: inImage({ row, column }),
    taps: places.map(inImage),
    ...tapShape(places),
  };
}

/**
 * Draws the nine places that an adaptive convolution read for each person's center (or other places): dots, joined in
 * the kernel's rows and columns. One colour per person, as `drawPoses` has them.
 *
 * @param context 2D context whose units are image pixels (times `options.scale`).
 * @throws ManyposeError `invalid-argument` for an option out of range, or a layer that there is not.
 */
export function drawSampling(context: DrawingContext, inspection: Inspection, given: SamplingOptions = {}): void {
  checkValue('drawSampling', 'context', context ?? null, CONTEXT);
  checkValue('drawSampling', 'inspection', inspection ?? null, INSPECTION);
  const options = readOptions('drawSampling', given, SAMPLING_OPTIONS);
  const places = options.at ?? inspection.people.map(({ center }) => center);
  const all = places.map((place) => tapsAt(inspection, place, options));
  onContext(context, options, ({ colorOf, lineWidth, outlined, dot, line }) => {
    for (let i = all.length - 1; i >= 0; i--) {
      const found = all[i];
      if (!found) continue;
      const { at, taps } = found;
      outlined(colorOf(i), (wider) => {
        for (const [a, b] of NEIGHBOURS) line(taps[a], taps[b], 0.75 * lineWidth + wider);
        for (const tap of taps) dot(tap, 2 * lineWidth + wider / 2);
      });
      // The cell itself: a ring around it stays where taps move away.
      outlined(colorOf(i), (wider) => dot(at, 1.25 * lineWidth + wider / 2));
    }
  });
}

/** Taps beside each other in the kernel. */
const NEIGHBOURS = [0, 1, 2].flatMap((i): (readonly [number, number])[] => [
  [3 * i, 3 * i + 1],
  [3 * i + 1, 3 * i + 2],
  [i, i + 3],
  [i + 3, i + 6],
]);

function layerOf({ sampling }: Inspection, name?: string): AdaptiveSampling {
  const layer = name === undefined ? sampling.at(-1) : sampling.find((each) => each.name === name);
  if (layer) return layer;
  const names = sampling.map((each) => each.name).join(', ');
  throw new ManyposeError('invalid-argument', `no adaptive convolution is called ${name}: there are ${names}`);
}

function imagePlace({ row, column }: MapPlace, stride: number, { scale, shiftX, shiftY }: InputGeometry): Point {
  return { x: (column * stride - shiftX) / scale, y: (row * stride - shiftY) / scale };
}
