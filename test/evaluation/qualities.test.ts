import { describe, expect, it } from 'vitest';
import { candidatesFromMaps, heatFromScales } from '../../src/decode/candidates-from-maps.ts';
import { decodePoses, decodeRegression } from '../../src/decode/decode.ts';
import type { Detection, Id } from '../../src/evaluation/annotations.ts';
import { parseAnnotations } from '../../src/evaluation/coco-annotations.ts';
import { detectionOf } from '../../src/evaluation/coco-results.ts';
import { evaluate } from '../../src/evaluation/evaluate.ts';
import { posesAtAnnotations } from '../../src/evaluation/poses-at-annotations.ts';
import { fitInput } from '../../src/geometry.ts';
import { COCO } from '../../src/pose.ts';
import { evalFixture } from '../support/eval-fixtures.ts';
import { mapsFromNpz } from '../support/decode-maps.ts';
import { readNpz } from '../support/npz.ts';

/** The qualities of the paper's Table 4 on seven made-up images (`README.md` of the fixtures). */
type Scores = Record<string, number>;
interface Quality {
  scores: Scores;
  scores_without_6: Scores;
  images: Record<string, { keypoints: [number, number, number][][]; scores: number[] }>;
}
interface Table4 {
  annotations: { images: { id: number; width: number; height: number }[] };
  expected: {
    regression: Quality;
    final: Quality;
    heatmap: Quality & { scores_strict: Scores; without_candidate: [number, number, number][] };
  };
}

const PLACE_TOLERANCE = 1e-4;
const SCORE_TOLERANCE = 1e-5;
const AP_TOLERANCE = 1e-4;

const table4 = evalFixture<Table4>('table4.json.gz');
const annotations = parseAnnotations(table4.annotations);
const maps = readNpz(new URL('../fixtures/eval/table4_maps.npz', import.meta.url));
const EVERYBODY = { scoreThreshold: -Number.MAX_VALUE };

const found = {
  regression: new Map<Id, Detection[]>(),
  final: new Map<Id, Detection[]>(),
  heatmap: new Map<Id, Detection[]>(),
  strict: new Map<Id, Detection[]>(),
};
for (const { id, width, height } of table4.annotations.images) {
  const ofImage = mapsFromNpz(maps, `${id}`);
  const candidates = candidatesFromMaps(ofImage, width, height);
  const geometry = fitInput(width, height, 128);
  const heat = heatFromScales([{ scale: 1, maps: ofImage }], width, height);
  const { lenient, strict } = posesAtAnnotations(
    candidates,
    heat,
    geometry,
    annotations.images.find((image) => image.id === id)!.people,
    false,
  );
  found.regression.set(id, decodeRegression(candidates, geometry, COCO, EVERYBODY).map(detectionOf));
  found.final.set(id, decodePoses(candidates, geometry, COCO, { ...EVERYBODY, refine: false }).map(detectionOf));
  found.heatmap.set(id, [...lenient]);
  found.strict.set(id, [...strict]);
}

function expectScores(detections: ReadonlyMap<Id, Detection[]>, expected: Scores, without: Id[] = []): void {
  const chosen = { ...annotations, images: annotations.images.filter(({ id }) => !without.includes(id)) };
  for (const [name, value] of Object.entries(evaluate(chosen, detections))) {
    expect(Math.abs((value ?? -1) - expected[name]), name).toBeLessThan(AP_TOLERANCE);
  }
}

/** By falling score, people of equal scores by where they are. */
function inOrder(
  poses: readonly { keypoints: readonly number[]; score: number }[],
): { keypoints: readonly number[]; score: number }[] {
  return [...poses].sort((a, b) => b.score - a.score || a.keypoints[0] - b.keypoints[0] || a.keypoints[1] - b.keypoints[1]);
}

describe.each(['regression', 'heatmap', 'final'] as const)('%s quality', (quality) => {
  it('gives the poses that it should', () => {
    for (const [id, { keypoints, scores }] of Object.entries(table4.expected[quality].images)) {
      const expected = inOrder(keypoints.map((pose, i) => ({ keypoints: pose.flat(), score: scores[i] })));
      const actual = inOrder(found[quality].get(Number(id))!);
      expect(actual).toHaveLength(expected.length);
      actual.forEach((pose, i) => {
        expect(Math.abs(pose.score - expected[i].score), `image ${id}`).toBeLessThan(SCORE_TOLERANCE);
        pose.keypoints.forEach((value, at) => {
          const tolerance = at % 3 === 2 ? SCORE_TOLERANCE : PLACE_TOLERANCE;
          expect(Math.abs(value - expected[i].keypoints[at]), `image ${id} person ${i} [${at}]`).toBeLessThan(tolerance);
        });
      });
    }
  });

  it("has pycocotools' scores", () => {
    expectScores(found[quality], table4.expected[quality].scores);
    expectScores(found[quality], table4.expected[quality].scores_without_6, [6]);
  });
});

describe('heatmap quality, strictly', () => {
  it('puts keypoints without a candidate in reach far away', () => {
    const missed = [...found.strict].flatMap(([id, poses]) =>
      poses.flatMap(({ keypoints }, person) =>
        COCO.names.map((_, k) => [id, person, k]).filter(([, , k]) => keypoints[3 * (k as number)] === -1000),
      ),
    );
    expect(missed).toEqual(table4.expected.heatmap.without_candidate);
  });

  it("has pycocotools' scores", () => {
    expectScores(found.strict, table4.expected.heatmap.scores_strict);
  });
});
