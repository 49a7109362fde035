import type { Curves, GroupName } from '../curves.ts';
import { averagePrecision, RECALLS } from '../precision-recall.ts';
import type { PrecisionRecall } from '../precision-recall.ts';
import { THRESHOLDS } from '../rules.ts';
import { line, linear, picture, tag, text } from './svg.ts';

/** One quality's curves. */
export interface CurvePanels {
  readonly title: string;
  readonly curves: Curves;
}

const GROUP_TITLES: Readonly<Record<GroupName, string>> = {
  all: 'Everybody',
  medium: 'Medium people',
  large: 'Large people',
  'crowd-easy': 'Easy images',
  'crowd-medium': 'Medium images',
  'crowd-hard': 'Hard images',
};
/** From a lenient threshold to a strict one: light to dark on white, dark to light on black. */
const SHADES: readonly (readonly [light: string, dark: string])[] = [
  ['#7fb6dc', '#3f73b0'],
  ['#6caad6', '#4a80bf'],
  ['#599dcf', '#568dcb'],
  ['#478fc6', '#659ad5'],
  ['#3781bc', '#76a8dd'],
  ['#2873b1', '#89b6e5'],
  ['#1b64a5', '#9dc5ec'],
  ['#105697', '#b2d3f2'],
  ['#094787', '#c8e1f7'],
  ['#08306b', '#e0effb'],
];

const PLOT = 200;
const COLUMN = 264;
const ROW = 316;
const START = 64;
const TOP = 56;
const LEGEND = 44;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

/**
 * Precision over recall: a row per quality, a column per group of people, a curve per threshold of OKS.
 *
 * @returns an SVG picture that follows its viewer's light or dark.
 */
export function curveChart(rows: readonly CurvePanels[], title = 'Precision over recall'): string {
  const groups = Object.keys(rows[0]?.curves ?? {}) as GroupName[];
  const width = Math.max(groups.length * COLUMN + 24, 520);
  const bottom = TOP + rows.length * ROW;
  const colors = Object.fromEntries(SHADES.map((pair, i) => [`--oks${i}`, pair]));
  const panels = rows.flatMap(({ title: quality, curves }, row) => [
    ...(rows.length > 1 ? [text(24, TOP + row * ROW + 12, quality, { class: 'panel' })] : []),
    ...groups.flatMap((group, column) =>
      drawPanel(curves[group]!, GROUP_TITLES[group], START + column * COLUMN, TOP + row * ROW + 48),
    ),
  ]);
  return picture(
    width,
    bottom + LEGEND,
    title,
    colors,
    text(24, 32, title, { class: 'title' }),
    ...panels,
    ...drawLegend(bottom + 8, width),
  );
}

function drawPanel(curves: readonly (PrecisionRecall | null)[], title: string, left: number, top: number): string[] {
  const toX = linear([0, 1], [left, left + PLOT]);
  const toY = linear([0, 1], [top + PLOT, top]);
  const precisions = curves.map((curve) => curve && averagePrecision(curve));
  const ap = precisions.includes(null) ? null : precisions.reduce<number>((sum, value) => sum + value! / precisions.length, 0);
  return [
    text(left, top - 10, ap === null ? `${title}: nobody` : `${title}: AP ${ap.toFixed(3)}`),
    ...TICKS.flatMap((tick) => [
      line(toX(tick), top, toX(tick), top + PLOT, 'rule'),
      line(left, toY(tick), left + PLOT, toY(tick), 'rule'),
      text(toX(tick), top + PLOT + 18, tick.toFixed(1), { class: 'soft', 'text-anchor': 'middle' }),
      text(left - 6, toY(tick) + 4, tick.toFixed(1), { class: 'soft', 'text-anchor': 'end' }),
    ]),
    line(left, top + PLOT, left + PLOT, top + PLOT, 'axis'),
    line(left, top, left, top + PLOT, 'axis'),
    text(left + PLOT / 2, top + PLOT + 36, 'Recall', { 'text-anchor': 'middle' }),
    text(0, 0, 'Precision', { 'text-anchor': 'middle', transform: `translate(${left - 36} ${top + PLOT / 2}) rotate(-90)` }),
    ...curves.map((curve, i) =>
      curve === null
        ? ''
        : tag('path', {
            d: reached(curve)
              .map((value, at) => `${at === 0 ? 'M' : 'L'}${toX(RECALLS[at]).toFixed(1)} ${toY(value).toFixed(1)}`)
              .join(''),
            fill: 'none',
            stroke: `var(--oks${i})`,
            'stroke-width': 1.75,
            'stroke-linejoin': 'round',
          }),
    ),
  ];
}

/** A curve as far as it goes, down to the axis. */
function reached({ precision }: PrecisionRecall): readonly number[] {
  const end = precision.indexOf(0);
  return end < 0 ? precision : precision.slice(0, end + 1);
}

function drawLegend(top: number, width: number): string[] {
  const start = 64;
  const step = Math.min((width - start - 24) / THRESHOLDS.length, 68);
  return [
    text(24, top + 12, 'OKS'),
    ...THRESHOLDS.flatMap((threshold, i) => [
      tag('rect', { x: start + i * step, y: top + 5, width: 12, height: 4, fill: `var(--oks${i})` }),
      text(start + i * step + 16, top + 12, threshold.toFixed(2)),
    ]),
  ];
}
