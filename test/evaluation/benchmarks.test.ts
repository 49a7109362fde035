import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseAnnotations } from '../../src/evaluation/coco-annotations.ts';
import { parseResults } from '../../src/evaluation/coco-results.ts';
import type { ScoreName, Scores } from '../../src/evaluation/evaluate.ts';
import { evaluate } from '../../src/evaluation/evaluate.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/eval/${name}`, import.meta.url));
const json = (name: string): unknown => JSON.parse(fixture(name).toString());

function scoresOf(annotationJson: unknown, resultJson: unknown): Scores {
  const annotations = parseAnnotations(annotationJson);
  return evaluate(annotations, parseResults(resultJson, annotations));
}

const TOLERANCE = 1e-9;
/** xtcocotools rounds CrowdPose's three levels to four decimals. */
const ROUNDED: readonly string[] = ['APE', 'APM', 'APH'] satisfies ScoreName[];
const toleranceOf = (name: string): number => (ROUNDED.includes(name) ? 0.5e-4 + TOLERANCE : TOLERANCE);

function expectScores(scores: Scores, expected: Readonly<Record<string, number | null>>): void {
  expect(Object.keys(scores)).toEqual(Object.keys(expected));
  for (const [name, value] of Object.entries(scores)) {
    if (expected[name] === null) expect(value, name).toBeNull();
    else expect(Math.abs(value! - expected[name]), `${name}: ${value}, not ${expected[name]}`).toBeLessThan(toleranceOf(name));
  }
}

describe("the scores of COCO's and CrowdPose's own tools", () => {
  it("pycocotools' on a photo of COCO", () => {
    expectScores(scoresOf(json('coco_gt_dataset.json'), json('coco_dt_dataset.json')), {
      AP: 0.5048844884488449,
      AP50: 0.7227722772277227,
      AP75: 0.6336633663366337,
      APm: 0.46633663366336636,
      APl: 0.7504950495049505,
      AR: 0.5181818181818182,
      AR50: 0.7272727272727273,
      AR75: 0.6363636363636364,
      ARm: 0.4666666666666666,
      ARl: 0.75,
    });
  });

  it("xtcocotools' on four images of CrowdPose", () => {
    expectScores(scoresOf(json('crowdpose_gt.json'), json('crowdpose_dt.json')), {
      AP: 0.7877215935879303,
      AP50: 0.9881188118811886,
      AP75: 0.7314356435643564,
      AR: 0.8222222222222223,
      AR50: 1,
      AR75: 0.7777777777777778,
      APE: 1,
      APM: 0.9802,
      APH: 0.4116,
    });
  });

  // [name] of the tools' numbers in their order; -1 says that there was nobody to find.
  const cases = JSON.parse(gunzipSync(fixture('cases.json.gz')).toString()) as {
    annotations: unknown;
    results: unknown;
    scores: number[];
  }[];
  it.each(cases.map((each, i) => ({ ...each, i })))(
    "both tools' on made-up people, case $i",
    ({ annotations, results, scores }) => {
      const computed = scoresOf(annotations, results);
      const names = Object.keys(computed);
      expect(names.length).toBe(scores.length);
      expectScores(computed, Object.fromEntries(names.map((name, n) => [name, scores[n] === -1 ? null : scores[n]])));
    },
  );

  it('nothing found scores 0, not nothing', () => {
    const scores = scoresOf(json('coco_gt_dataset.json'), []);
    expect(Object.values(scores)).toEqual(Array(10).fill(0));
  });

  it('nobody to find scores nothing', () => {
    const empty = { ...(json('coco_gt_dataset.json') as object), annotations: [] };
    expect(Object.values(scoresOf(empty, json('coco_dt_dataset.json')))).toEqual(Array(10).fill(null));
  });
});
