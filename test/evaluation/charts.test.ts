import { describe, expect, it } from 'vitest';
import { curveChart } from '../../src/evaluation/charts/curve-chart.ts';
import { errorChart } from '../../src/evaluation/charts/error-chart.ts';
import { frontierChart } from '../../src/evaluation/charts/frontier-chart.ts';
import { ticksUpTo } from '../../src/evaluation/charts/svg.ts';
import { parseAnnotations } from '../../src/evaluation/coco-annotations.ts';
import { parseResults } from '../../src/evaluation/coco-results.ts';
import { precisionRecallCurves } from '../../src/evaluation/curves.ts';
import { analyseErrors } from '../../src/evaluation/error-analysis/analyse-errors.ts';
import type { FrontierPoint } from '../../src/evaluation/frontier.ts';
import { evalFixture, evalSet } from '../support/eval-fixtures.ts';

interface Written {
  content: string;
  x0: number;
  x1: number;
  y0: number;
  y1: number;
}

/** Texts that lie level, and the room they take: no letter of the fonts is wider than this on average. */
function textsOf(svg: string): Written[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)]
    .filter(([, attributes]) => !attributes.includes('rotate'))
    .map(([, attributes, escaped]) => {
      const number = (name: string): number => Number(new RegExp(` ?\\b${name}="([-\\d.]+)"`).exec(attributes)![1]);
      const content = escaped.replace(/&#\d+;/g, '&');
      const large = attributes.includes('title') ? 16 : 12;
      const width = content.length * large * 0.56;
      const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? 'start';
      const x0 = number('x') - { start: 0, middle: width / 2, end: width }[anchor]!;
      return { content, x0, x1: x0 + width, y0: number('y') - large * 0.75, y1: number('y') + large * 0.25 };
    });
}

function expectRoom(svg: string): void {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.map(Number);
  const texts = textsOf(svg);
  for (const { content, x0, x1, y0, y1 } of texts) {
    expect(x0 >= 0 && x1 <= width && y0 >= 0 && y1 <= height, `"${content}" lies inside`).toBe(true);
  }
  texts.forEach((a, i) =>
    texts.slice(i + 1).forEach((b) => {
      const apart = a.x1 < b.x0 || b.x1 < a.x0 || a.y1 < b.y0 || b.y1 < a.y0;
      expect(apart, `"${a.content}" and "${b.content}" overlap`).toBe(true);
    }),
  );
}

/** Every element that is opened is closed, in order. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, closing, name, empty] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (closing) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name);
  }
  expect(open).toEqual([]);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
}

const photos = evalSet('open60');
const photo = evalSet('photo139099');
const report = analyseErrors(photos.annotations, photos.detections);

describe('the chart of errors', () => {
  const titles = ['Regressed poses', 'Heatmaps, at annotated people', 'Heatmaps, strict', 'Final poses'];
  const svg = errorChart(
    titles.map((title, i) => ({ title, report: i === 1 ? analyseErrors(photo.annotations, photo.detections) : report })),
  );

  it('shows shares of keypoints and the gain of each correction', () => {
    expectWellFormed(svg);
    expectRoom(svg);
    const written = textsOf(svg).map(({ content }) => content);
    expect(written).toEqual(
      expect.arrayContaining([
        '(a) Regressed poses',
        'AP 0.224; of 1729 keypoints of 140 matched poses 41.5 % are good',
        'Jitter',
        '21.3 %',
        'Miss',
        '+0.202',
        '+0.428',
        '(d) Final poses',
        'Share of keypoints',
        'AP with it corrected',
      ]),
    );
  });

  it('shows that there is nobody', () => {
    const empty = analyseErrors({ ...photo.annotations, images: [] }, new Map());
    const nothing = errorChart([{ title: 'Nobody <&>', report: empty }]);
    expectWellFormed(nothing);
    expectRoom(nothing);
    expect(nothing).toContain('Nobody &#60;&#38;&#62;');
    expect(nothing).toContain('AP –; of 0 keypoints of 0 matched poses');
  });
});

describe('the chart of curves', () => {
  it("shows COCO's groups of people", () => {
    const svg = curveChart(
      [photos, photo].map(({ annotations, detections }, i) => ({
        title: `Set ${i}`,
        curves: precisionRecallCurves(annotations, detections),
      })),
    );
    expectWellFormed(svg);
    expectRoom(svg);
    expect(svg.match(/<path /g)).toHaveLength(2 * 3 * 10);
    for (const text of [
      'Everybody: AP 0.224',
      'Medium people: AP 0.179',
      'Large people: AP 0.298',
      'Large people: AP 0.750',
      '0.95',
    ])
      expect(svg).toContain(text);
  });

  it("shows CrowdPose's, and where there is nobody", () => {
    const annotations = parseAnnotations(evalFixture('crowdpose_gt.json'));
    const detections = parseResults(evalFixture('crowdpose_dt.json'), annotations);
    const crowd = { ...annotations, images: annotations.images.filter(({ crowdIndex }) => crowdIndex! < 0.8) };
    const svg = curveChart([{ title: 'Detections', curves: precisionRecallCurves(crowd, detections) }]);
    expectWellFormed(svg);
    expectRoom(svg);
    for (const text of ['Everybody: AP', 'Easy images: AP', 'Medium images: AP', 'Hard images: nobody'])
      expect(svg).toContain(text);
  });
});

describe('ticks', () => {
  it('are round numbers that reach beyond the greatest value', () => {
    expect(
      [ticksUpTo(29.9, 5), ticksUpTo(1, 5), ticksUpTo(100, 5), ticksUpTo(0.7, 5)].map((ticks) => [ticks[1], ticks.at(-1)]),
    ).toEqual([[10, 30], [0.2, 1], [20, 100], [0.2, 0.8].map((value) => expect.closeTo(value, 9) as number)]);
  });
});

describe('the chart of what accuracy costs', () => {
  const point = (size: number, series: string, averagePrecision: number, milliseconds: number | null): FrontierPoint => ({
    name: `${size} · ${series}`,
    series,
    averagePrecision,
    multiplyAdds: size ** 2 * 1e6,
    milliseconds,
  });

  it('draws a line for each scheme, and a ring around what nothing beats', () => {
    const points = [
      ...[192, 256, 512].map((size, i) => point(size, 'one scale', 0.1 + 0.1 * i, size)),
      point(512, 'scales 0.5,1 <&>', 0.28, 900),
    ];
    const svg = frontierChart(points, 'two cores & no GPU');
    expectWellFormed(svg);
    expectRoom(svg);
    expect(svg.match(/<path /g)).toHaveLength(2 * 2);
    expect(svg.match(/r="7"/g)).toHaveLength(2 * 3);
    expect(svg).toContain('two cores &#38; no GPU');
  });

  it('leaves out times that nobody measured', () => {
    const svg = frontierChart([point(256, 'one scale', 0, null)], 'nothing');
    expectWellFormed(svg);
    expectRoom(svg);
    expect(svg).not.toContain('time');
  });
});
