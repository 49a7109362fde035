import type { Cost, FrontierPoint } from '../frontier.ts';
import { COSTS, frontierOf } from '../frontier.ts';
import type { Scale } from './svg.ts';
import { DISTINCT_COLORS, escaped, line, linear, picture, tag, text, ticksUpTo } from './svg.ts';

const { blue, orange, green, purple, yellow, grey } = DISTINCT_COLORS;
const COLORS = [blue, orange, green, purple, yellow, grey];

const PLOT = { width: 340, height: 260 };
const COLUMN = 440;
const START = 72;
const TOP = 64;
const BOTTOM = TOP + PLOT.height;
const LEGEND_ROW = 20;

/**
 * What accuracy costs: a panel of average precision over multiply-adds and, where it was measured, one over time, both
 * axes of cost logarithmic. A line joins the sizes of one scheme; rings mark the points that nothing beats.
 *
 * @param machine what the times were measured on.
 * @returns an SVG picture that follows its viewer's light or dark.
 */
export function frontierChart(points: readonly FrontierPoint[], machine: string, title = 'What accuracy costs'): string {
  const series = [...new Set(points.map((point) => point.series))];
  const colors = Object.fromEntries(series.map((_, i) => [`--series${i}`, COLORS[i % COLORS.length]]));
  const panels: readonly (readonly [string, Cost, number])[] = [
    ['Multiply-adds of a photo, in 10⁹', COSTS.multiplyAdds, 1e9],
    [`Network's time for a photo, in seconds (${machine})`, COSTS.milliseconds, 1e3],
  ];
  const drawn = panels.filter(([, cost]) => points.some((point) => cost(point) !== null));
  const top = Math.max(...points.map((point) => point.averagePrecision), 0.05);
  return picture(
    24 + drawn.length * COLUMN,
    BOTTOM + 68 + series.length * LEGEND_ROW,
    title,
    colors,
    text(24, 32, title, { class: 'title' }),
    ...drawn.flatMap(([name, cost, unit], i) => drawPanel(points, series, name, cost, unit, START + i * COLUMN, top)),
    ...series.flatMap((name, i) => [
      tag('rect', { x: START, y: BOTTOM + 60 + i * LEGEND_ROW, width: 16, height: 4, fill: `var(--series${i})` }),
      text(START + 24, BOTTOM + 67 + i * LEGEND_ROW, name),
    ]),
  );
}

function drawPanel(
  points: readonly FrontierPoint[],
  series: readonly string[],
  name: string,
  cost: Cost,
  unit: number,
  left: number,
  top: number,
): string[] {
  const known = points.filter((point) => cost(point) !== null);
  const costs = known.map((point) => cost(point)! / unit);
  const ticks = logTicks(Math.min(...costs), Math.max(...costs));
  const toLog = linear([Math.log(ticks[0]), Math.log(ticks.at(-1)!)], [left, left + PLOT.width]);
  const toX: Scale = (value) => toLog(Math.log(value));
  const apTicks = ticksUpTo(top, 5);
  const toY = linear([0, apTicks.at(-1)!], [BOTTOM, TOP]);
  const place = (point: FrontierPoint): [number, number] => [toX(cost(point)! / unit), toY(point.averagePrecision)];
  return [
    ...ticks.flatMap((tick) => [
      line(toX(tick), TOP, toX(tick), BOTTOM, 'rule'),
      text(toX(tick), BOTTOM + 20, String(tick), { class: 'soft', 'text-anchor': 'middle' }),
    ]),
    ...apTicks.flatMap((tick) => [
      line(left, toY(tick), left + PLOT.width, toY(tick), 'rule'),
      text(left - 8, toY(tick) + 4, tick.toFixed(2), { class: 'soft', 'text-anchor': 'end' }),
    ]),
    line(left, BOTTOM, left + PLOT.width, BOTTOM, 'axis'),
    line(left, TOP, left, BOTTOM, 'axis'),
    text(left + PLOT.width / 2, BOTTOM + 40, name, { 'text-anchor': 'middle' }),
    text(0, 0, 'AP', { 'text-anchor': 'middle', transform: `translate(${left - 46} ${(TOP + BOTTOM) / 2}) rotate(-90)` }),
    ...series.flatMap((each, i) => {
      const own = known.filter((point) => point.series === each).sort((a, b) => cost(a)! - cost(b)!);
      const path = own.map(
        (point, at) =>
          `${at === 0 ? 'M' : 'L'}${place(point)
            .map((value) => value.toFixed(1))
            .join(' ')}`,
      );
      return [
        tag('path', { d: path.join(''), fill: 'none', stroke: `var(--series${i})`, 'stroke-width': 1.5 }),
        ...own.map((point) => {
          const [cx, cy] = place(point);
          return tag('circle', { cx, cy, r: 3.5, fill: `var(--series${i})` }, tag('title', {}, escaped(point.name)));
        }),
      ];
    }),
    ...frontierOf(known, cost).map((point) => {
      const [cx, cy] = place(point);
      return tag('circle', { cx, cy, r: 7, fill: 'none', class: 'axis' });
    }),
  ];
}

/** Steps of 1, 2 and 5 times powers of ten, around all values. */
function logTicks(least: number, most: number): number[] {
  const steps = Array.from({ length: 36 }, (_, i) => Number(`${[1, 2, 5][i % 3]}e${Math.floor(i / 3) - 4}`));
  const first = Math.max(steps.filter((step) => step <= least).length - 1, 0);
  const last = steps.findIndex((step) => step >= most && step > steps[first]);
  return steps.slice(first, last < 0 ? undefined : last + 1);
}
