import type { Expected, OptionTable } from '../check-options.ts';
import { checkValue, having, positive, readOptions, text } from '../check-options.ts';
import { ManyposeError } from '../errors.ts';
import type { Inspection } from '../inspection.ts';
import type { Planes } from '../ops/planes.ts';
import type { KeypointName } from '../pose.ts';
import { KEYPOINT_SETS } from '../pose.ts';
import { heatColor } from './colors.ts';
import { INSPECTION } from './inspection-checks.ts';

/** What is used of a 2D context where pixels are drawn: a canvas in a page, an OffscreenCanvas, or one in Node. */
export interface PixelContext {
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  putImageData(pixels: never, x: number, y: number): void;
}

export interface HeatOptions {
  /** Pixels of the context per image pixel: 2 draws on a canvas of twice the image's size. Default 1. */
  readonly scale?: number;
  /** What is drawn at full strength. Default: the map's highest value, and at least `LEAST_HIGHEST`. */
  readonly highest?: number;
  /** How much the picture below is darkened, 0 to 1, so that weak heat is seen. Default 0.5. */
  readonly dim?: number;
}

export interface HeatmapOptions extends HeatOptions {
  /** The keypoint whose heatmap is drawn. Default: at each place the highest of all. */
  readonly keypoint?: KeypointName;
}

/** Maps of nothing but noise are not blown up to full strength. */
const LEAST_HIGHEST = 0.1;
const DEFAULT_DIM = 0.5;
const PART: Expected = { words: 'a number from 0 to 1', is: (value) => typeof value === 'number' && value >= 0 && value <= 1 };
const HEAT_OPTIONS: OptionTable<HeatOptions> = { scale: positive, highest: positive, dim: PART };
const HEATMAP_OPTIONS: OptionTable<HeatmapOptions> = { ...HEAT_OPTIONS, keypoint: text };
const PIXELS = having('a 2D context', 'getImageData', 'putImageData');

function read<Options extends object>(
  where: string,
  context: unknown,
  inspection: unknown,
  options: Options,
  table: OptionTable<Options>,
): Options {
  checkValue(where, 'context', context ?? null, PIXELS);
  checkValue(where, 'inspection', inspection ?? null, INSPECTION);
  return readOptions(where, options, table);
}

/** Parts of the highest value that are as good as nothing. */
const FAINT = 0.02;
/** From half the highest value on: what is below still shines through. */
const MOST_COVER = 0.85;

/**
 * Lays a network's heatmaps over an image: where it sees keypoints. Drawn in the context's pixels, whatever its transform.
 *
 * @param context whose canvas is `scale` times as large as the image, or transparent over it.
 * @throws ManyposeError `invalid-argument` for an option out of range or a keypoint that the network does not know.
 */
export function drawHeatmaps(context: PixelContext, inspection: Inspection, given: HeatmapOptions = {}): void {
  const options = read('drawHeatmaps', context, inspection, given, HEATMAP_OPTIONS);
  const { heatmaps } = inspection.maps;
  drawHeat(
    context,
    inspection,
    options.keypoint === undefined ? highestOf(heatmaps) : planeOf(heatmaps, options.keypoint),
    options,
  );
}

/** Lays a network's center map over an image: where it sees people's middles. As `drawHeatmaps`. */
export function drawCenterMap(context: PixelContext, inspection: Inspection, options: HeatOptions = {}): void {
  const checked = read('drawCenterMap', context, inspection, options, HEAT_OPTIONS);
  drawHeat(context, inspection, inspection.maps.centerMap, checked);
}

function planeOf({ channels, width, height, values }: Planes, name: KeypointName): Planes {
  const set = Object.values(KEYPOINT_SETS).find(({ names }) => names.length === channels);
  const k = set?.names.indexOf(name) ?? -1;
  if (k < 0) throw new ManyposeError('invalid-argument', `the network has no heatmap of ${String(name)}`);
  return { channels: 1, width, height, values: values.subarray(k * width * height, (k + 1) * width * height) };
}

function highestOf({ channels, width, height, values }: Planes): Planes {
  const cells = width * height;
  const highest = values.slice(0, cells);
  for (let c = 1; c < channels; c++) {
    for (let i = 0; i < cells; i++) if (values[c * cells + i] > highest[i]) highest[i] = values[c * cells + i];
  }
  return { channels: 1, width, height, values: highest };
}

function drawHeat(context: PixelContext, { geometry }: Inspection, map: Planes, options: HeatOptions): void {
  const { scale = 1, dim = DEFAULT_DIM } = options;
  const highest = options.highest ?? map.values.reduce((most, value) => (value > most ? value : most), LEAST_HIGHEST);
  const [width, height] = [geometry.frameWidth, geometry.frameHeight].map((side) => Math.max(1, Math.round(side * scale)));
  const pixels = context.getImageData(0, 0, width, height);
  const stride = geometry.width / map.width;
  // Where a pixel of the context lies between the map's cells.
  const cellOf = (pixel: number, shift: number): number => (((pixel + 0.5) / scale - 0.5) * geometry.scale + shift) / stride;
  const columns = Float64Array.from({ length: width }, (_, x) => cellOf(x, geometry.shiftX));
  for (let y = 0; y < height; y++) {
    const row = cellOf(y, geometry.shiftY);
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      layOver(pixels.data, at, 0, 0, 0, dim);
      const heat = valueBetween(map, row, columns[x]) / highest;
      if (!(heat > FAINT)) continue;
      const [red, green, blue] = heatColor(heat);
      layOver(pixels.data, at, red, green, blue, Math.min(MOST_COVER, 2 * heat));
    }
  }
  context.putImageData(pixels as never, 0, 0);
}

/** Between cells bilinearly; beyond the map's edge the last ones repeat. */
function valueBetween({ width, height, values }: Planes, row: number, column: number): number {
  const y = Math.min(Math.max(row, 0), height - 1);
  const x = Math.min(Math.max(column, 0), width - 1);
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [bottom, right] = [Math.min(top + 1, height - 1), Math.min(left + 1, width - 1)];
  const [v, u] = [y - top, x - left];
  const above = values[top * width + left] * (1 - u) + values[top * width + right] * u;
  const below = values[bottom * width + left] * (1 - u) + values[bottom * width + right] * u;
  return above * (1 - v) + below * v;
}

/** A colour over a pixel that may be see-through itself. */
function layOver(data: Uint8ClampedArray, at: number, red: number, green: number, blue: number, alpha: number): void {
  const below = (data[at + 3] / 255) * (1 - alpha);
  const whole = alpha + below;
  if (whole === 0) return;
  data[at] = (red * alpha + data[at] * below) / whole;
  data[at + 1] = (green * alpha + data[at + 1] * below) / whole;
  data[at + 2] = (blue * alpha + data[at + 2] * below) / whole;
  data[at + 3] = 255 * whole;
}
