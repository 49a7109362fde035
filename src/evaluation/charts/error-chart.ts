import type { ErrorReport } from '../error-analysis/analyse-errors.ts';
import type { PlaceError } from '../error-analysis/correct-keypoints.ts';
import { DISTINCT_COLORS, line, linear, picture, tag, text, ticksUpTo } from './svg.ts';

/** One quality's errors. */
export interface ErrorPanel {
  readonly title: string;
  readonly report: ErrorReport;
}

interface Bar {
  readonly name: string;
  readonly color: string;
  readonly value: number;
  readonly label: string;
}

const PLACE_ERRORS: readonly PlaceError[] = ['jitter', 'miss', 'inversion', 'swap'];
const COLORS = {
  '--jitter': DISTINCT_COLORS.blue,
  '--miss': DISTINCT_COLORS.orange,
  '--inversion': DISTINCT_COLORS.purple,
  '--swap': DISTINCT_COLORS.green,
  '--other': DISTINCT_COLORS.grey,
};

const WIDTH = 840;
const TOP = 64;
const PANEL = 248;
const PLOT = 156;
const BAR = 16;
const LEFT = { start: 92, end: 352 };
const RIGHT = { start: 520, end: 776 };
/** The axis of shares goes to 5 % at least. */
const LEAST_SHARE = 0.05;
/** Beside a bar's end, its number. */
const GAP = 6;

/**
 * What is wrong with poses, in the manner of the paper's Figure 4: a panel per quality, with the share of keypoints of
 * each error and the average precision that correcting it would give: each one alone, and the four together.
 *
 * @param panels from the top.
 * @returns an SVG picture that follows its viewer's light or dark.
 */
export function errorChart(panels: readonly ErrorPanel[], title = 'Errors of keypoints, and what correcting them gives'): string {
  const most = Math.max(LEAST_SHARE, ...panels.flatMap(({ report }) => PLACE_ERRORS.map((error) => shareOf(report, error))));
  const children = panels.flatMap((panel, i) =>
    drawPanel(panel, TOP + i * PANEL, panels.length > 1 ? `(${letter(i)}) ` : '', most),
  );
  return picture(WIDTH, TOP + panels.length * PANEL, title, COLORS, text(24, 32, title, { class: 'title' }), ...children);
}

function drawPanel({ title, report }: ErrorPanel, top: number, prefix: string, most: number): string[] {
  const { labels, found } = report;
  const ap = found.averagePrecision;
  const summary =
    `AP ${shown(ap)}; of ${labels.keypoints} keypoints of ${labels.detections} matched poses ` +
    `${percent(labels.keypoints === 0 ? 0 : labels.counts.good / labels.keypoints)} are good`;
  const [plotTop, bottom] = [top + 36, top + 36 + PLOT];

  const shares = PLACE_ERRORS.map((error): Bar => {
    const share = shareOf(report, error);
    return { name: capital(error), color: error, value: share, label: percent(share) };
  });
  const gains = [
    ...PLACE_ERRORS.map((error): [string, string, number | null] => [
      capital(error),
      error,
      report.alone[error].averagePrecision,
    ]),
    ['All four', 'other', report.progressive.jitter.averagePrecision] as const,
    ['Score', 'other', report.alone.score.averagePrecision] as const,
    ['False positives', 'other', report.alone.falsePositive.averagePrecision] as const,
  ].map(([name, color, value]): Bar => ({
    name,
    color,
    value: value ?? 0,
    label: value === null || ap === null ? '–' : `${value >= ap ? '+' : '−'}${Math.abs(value - ap).toFixed(3)}`,
  }));

  const ticks = ticksUpTo(most * 100, 5).map((tick) => tick / 100);
  const toShare = linear([0, ticks.at(-1)!], [LEFT.start, LEFT.end]);
  const toAp = linear([0, 1], [RIGHT.start, RIGHT.end]);
  const apTicks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return [
    text(24, top + 12, prefix + title, { class: 'panel' }),
    text(WIDTH - 24, top + 12, summary, { class: 'soft', 'text-anchor': 'end' }),
    ...drawAxis(ticks, toShare, (tick) => `${Math.round(tick * 100)} %`, plotTop, bottom, 'Share of keypoints'),
    ...drawBars(shares, plotTop, LEFT.start, LEFT.start, toShare),
    ...drawAxis(apTicks, toAp, (tick) => tick.toFixed(1), plotTop, bottom, 'AP with it corrected'),
    ...drawBars(gains, plotTop, RIGHT.start, toAp(ap ?? 0), toAp),
    ...(ap === null ? [] : [line(toAp(ap), plotTop - 4, toAp(ap), bottom, 'mark')]),
  ];
}

function drawAxis(
  ticks: readonly number[],
  to: (value: number) => number,
  label: (tick: number) => string,
  top: number,
  bottom: number,
  name: string,
): string[] {
  const [first, last] = [to(ticks[0]), to(ticks.at(-1)!)];
  return [
    ...ticks.flatMap((tick) => [
      line(to(tick), top, to(tick), bottom, 'rule'),
      text(to(tick), bottom + 16, label(tick), { class: 'soft', 'text-anchor': 'middle' }),
    ]),
    line(first, bottom, last, bottom, 'axis'),
    text((first + last) / 2, bottom + 34, name, { 'text-anchor': 'middle' }),
  ];
}

/** Bars from `base` to their values, names before `start`. */
function drawBars(bars: readonly Bar[], top: number, start: number, base: number, to: (value: number) => number): string[] {
  const band = PLOT / bars.length;
  return bars.flatMap(({ name, color, value, label }, i) => {
    const middle = top + (i + 0.5) * band;
    const [from, end] = [Math.min(base, to(value)), Math.max(base, to(value))];
    return [
      text(start - 8, middle + 4, name, { 'text-anchor': 'end' }),
      end > from ? tag('rect', { x: from, y: middle - BAR / 2, width: end - from, height: BAR, fill: `var(--${color})` }) : '',
      // On the paper's colour, so that lines behind do not run through the number.
      text(end + GAP, middle + 4, label, { style: 'paint-order:stroke;stroke:var(--paper);stroke-width:4px' }),
    ];
  });
}

function shareOf({ labels }: ErrorReport, error: PlaceError): number {
  return labels.keypoints === 0 ? 0 : labels.counts[error] / labels.keypoints;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const shown = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
const capital = (word: string): string => word[0].toUpperCase() + word.slice(1);
const letter = (index: number): string => String.fromCharCode(97 + index);
