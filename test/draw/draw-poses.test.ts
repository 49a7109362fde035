import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { drawPoses } from '../../src/draw/draw-poses.ts';
import { PERSON_COLORS } from '../../src/draw/palette.ts';
import { COCO, CROWDPOSE } from '../../src/pose.ts';
import type { KeypointSet, Pose } from '../../src/pose.ts';

/** A person whose keypoints are where `place` says, all sure. */
function person(place: (index: number) => [number, number], set: KeypointSet = COCO): Pose {
  const keypoints = set.names.map((name, index) => {
    const [x, y] = place(index);
    return { x, y, score: 0.9, name };
  });
  return { keypoints, score: 0.9, box: { xMin: 0, yMin: 0, xMax: 0, yMax: 0, width: 0, height: 0 } };
}

/** Keypoint i at column 20 + 20 (i mod 4), row 20 + 30 (i div 4). */
const onGrid = (index: number): [number, number] => [20 + 20 * (index % 4), 20 + 30 * Math.floor(index / 4)];

function paper(width = 120, height = 180, color = '#808080') {
  const context = createCanvas(width, height).getContext('2d');
  context.fillStyle = color;
  context.fillRect(0, 0, width, height);
  const at = (x: number, y: number): string => {
    const [r, g, b] = context.getImageData(x, y, 1, 1).data;
    return `#${[r, g, b].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
  };
  const changed = (): number => {
    const { data } = context.getImageData(0, 0, width, height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) count += data[i] !== 0x80 || data[i + 1] !== 0x80 || data[i + 2] !== 0x80 ? 1 : 0;
    return count;
  };
  return { context, at, changed };
}

describe('drawPoses', () => {
  test("draws every joint and every limb in the person's colour", () => {
    const { context, at } = paper();
    drawPoses(context, [person(onGrid)], { lineWidth: 4 });
    for (let k = 0; k < 17; k++) expect(at(...onGrid(k)), COCO.names[k]).toBe(PERSON_COLORS[0]);
    for (const [i, j] of COCO.skeleton) {
      const [xi, yi] = onGrid(i);
      const [xj, yj] = onGrid(j);
      expect(at((xi + xj) / 2, (yi + yj) / 2), `${COCO.names[i]} to ${COCO.names[j]}`).toBe(PERSON_COLORS[0]);
    }
  });

  test('puts a dark outline around light and dark alike', () => {
    for (const background of ['#ffffff', '#808080']) {
      const { context, at } = paper(120, 180, background);
      drawPoses(context, [person(onGrid)], { lineWidth: 4 });
      // Of the left shoulder, the joint's radius is 4 and the outline 1.8 more.
      const edge = at(40, 50 + 5);
      expect(Number.parseInt(edge.slice(1, 3), 16)).toBeLessThan(0x60);
    }
  });

  test('leaves out keypoints under the threshold, and their limbs', () => {
    const pose = person(onGrid);
    const ankle = 16; // no other limb crosses it on the grid
    pose.keypoints[ankle].score = 0.04;
    const { context, at } = paper();
    drawPoses(context, [pose]);
    expect(at(...onGrid(ankle))).toBe('#808080');
    const low = paper();
    drawPoses(low.context, [pose], { scoreThreshold: 0.01 });
    expect(low.at(...onGrid(ankle))).toBe(PERSON_COLORS[0]);
  });

  test('draws nothing for nobody, for a person of no sure keypoints, and for positions that are no numbers', () => {
    const { context, changed } = paper();
    drawPoses(context, []);
    drawPoses(context, [person(onGrid)], { scoreThreshold: 0.95 });
    drawPoses(context, [person(() => [Number.NaN, 10])]);
    expect(changed()).toBe(0);
  });

  test('gives people their own colours, the best on top', () => {
    const { context, at } = paper(400, 200);
    const shifted = person((index) => [onGrid(index)[0] + 150, onGrid(index)[1]]);
    drawPoses(context, [person(onGrid), shifted, person(onGrid)]);
    expect(at(...onGrid(5))).toBe(PERSON_COLORS[0]);
    expect(at(onGrid(5)[0] + 150, onGrid(5)[1])).toBe(PERSON_COLORS[1]);
    const own = paper();
    drawPoses(own.context, [person(onGrid)], { colors: ['#102030'] });
    expect(own.at(...onGrid(0))).toBe('#102030');
  });

  test('draws thicker lines on larger people', () => {
    // A cut from the top through the limb from nose to right eye, which is level here.
    const thickness = (size: number): number => {
      const { context, at } = paper(700, 700);
      drawPoses(context, [person((index) => [50 + (size * (index % 4)) / 4, 50 + (size * Math.floor(index / 4)) / 4])]);
      let count = 0;
      for (let y = 30; y < 50 + size / 2; y++) count += at(Math.round(50 + size * 0.375), y) === PERSON_COLORS[0] ? 1 : 0;
      return count;
    };
    expect(thickness(500)).toBeGreaterThan(2 * thickness(80));
  });

  test('scales positions to the canvas', () => {
    const { context, at } = paper(240, 360);
    drawPoses(context, [person(onGrid)], { scale: 2 });
    for (let k = 0; k < 17; k++) {
      const [x, y] = onGrid(k);
      expect(at(2 * x + 1, 2 * y + 1)).toBe(PERSON_COLORS[0]);
    }
  });

  test('knows CrowdPose by its 14 keypoints, and takes any set it is given', () => {
    const { context, at } = paper();
    drawPoses(context, [person(onGrid, CROWDPOSE)]);
    for (const [i, j] of CROWDPOSE.skeleton) {
      const [xi, yi] = onGrid(i);
      const [xj, yj] = onGrid(j);
      expect(at((xi + xj) / 2, (yi + yj) / 2)).toBe(PERSON_COLORS[0]);
    }
    const three = { ...person(onGrid), keypoints: person(onGrid).keypoints.slice(0, 3) };
    expect(() => drawPoses(context, [three])).toThrow(/no known keypoint set has 3 keypoints/);
    drawPoses(context, [three], { keypointSet: { ...COCO, skeleton: [[0, 2]] } });
  });

  test('restores the context, also after an error', () => {
    const { context } = paper();
    context.lineWidth = 3.5;
    context.lineCap = 'square';
    drawPoses(context, [person(onGrid)]);
    expect(() => drawPoses(context, [{ ...person(onGrid), keypoints: [] }])).toThrow();
    expect([context.lineWidth, context.lineCap]).toEqual([3.5, 'square']);
  });

  test('refuses options out of range', () => {
    const { context } = paper();
    for (const options of [{ scale: 0 }, { scale: Number.NaN }, { lineWidth: -1 }, { colors: [] }]) {
      expect(() => drawPoses(context, [person(onGrid)], options)).toThrow(
        expect.objectContaining({ name: 'ManyposeError', code: 'invalid-argument' }),
      );
    }
  });
});
