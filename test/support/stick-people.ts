/** Pictures of made-up people, annotated: something that a tiny network can learn. */
import type { AnnotatedPerson, Annotations } from '../../src/evaluation/annotations.ts';
import type { PixelData } from '../../src/frame.ts';
import { COCO } from '../../src/pose.ts';
import { seededRandom } from '../../src/training/seeded-random.ts';

export interface StickPicture {
  readonly pixels: PixelData;
  readonly people: readonly AnnotatedPerson[];
}

/** Keypoints of somebody upright and 1 high, about the middle. */
const STANDING: readonly (readonly [x: number, y: number])[] = [
  [0, -0.36],
  [0.05, -0.42],
  [-0.05, -0.42],
  [0.11, -0.39],
  [-0.11, -0.39],
  [0.16, -0.25],
  [-0.16, -0.25],
  [0.24, -0.1],
  [-0.24, -0.1],
  [0.26, 0.06],
  [-0.26, 0.06],
  [0.1, 0.06],
  [-0.1, 0.06],
  [0.12, 0.27],
  [-0.12, 0.27],
  [0.13, 0.48],
  [-0.13, 0.48],
];

/** Pixels of a picture's side. */
const SIDE = 128;

/** `count` pictures of 128 × 128 pixels with one or two people each, the same for the same seed. */
export function stickPictures(count: number, seed: number): StickPicture[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const data = new Uint8Array(4 * SIDE * SIDE);
    for (let p = 0; p < SIDE * SIDE; p++) {
      const shade = 60 + 30 * Math.sin(((p % SIDE) + 9 * i) / 17) * Math.cos(Math.floor(p / SIDE) / 23) + 16 * random();
      data.set([shade, shade + 8, shade + 16, 255], 4 * p);
    }
    const people = i % 2 === 0 ? [64] : [34, 94];
    return { pixels: { data, width: SIDE, height: SIDE }, people: people.map((x) => drawPerson(data, x, people.length, random)) };
  });
}

function drawPerson(data: Uint8Array, middle: number, of: number, random: () => number): AnnotatedPerson {
  const height = (of === 1 ? 100 : 88) + 12 * random();
  const tilt = 0.3 * (random() - 0.5);
  const points = STANDING.map(([x, y]) => {
    const [dx, dy] = [x + 0.04 * (random() - 0.5), y + 0.03 * (random() - 0.5)];
    return {
      x: middle + height * (dx * Math.cos(tilt) - dy * Math.sin(tilt)),
      y: SIDE / 2 + height * (dx * Math.sin(tilt) + dy * Math.cos(tilt)),
    };
  });
  for (const [a, b] of COCO.skeleton) {
    for (let t = 0; t <= 1; t += 0.02)
      disc(
        data,
        points[a].x + t * (points[b].x - points[a].x),
        points[a].y + t * (points[b].y - points[a].y),
        2.5,
        [150, 150, 140],
      );
  }
  points.forEach(({ x, y }, k) =>
    disc(data, x, y, 3.5, [
      90 + (160 * ((k * 7) % 17)) / 16,
      90 + (160 * ((k * 5) % 17)) / 16,
      90 + (160 * ((k * 11) % 17)) / 16,
    ]),
  );
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)] as const;
  return { keypoints: points.flatMap(({ x, y }) => [x, y, 2]), box, area: 0.6 * box[2] * box[3], crowd: false, ignored: false };
}

/** Pixels count by how much of them the disc covers, about. */
function disc(data: Uint8Array, x: number, y: number, radius: number, colour: readonly number[]): void {
  for (let row = Math.floor(y - radius); row <= y + radius + 1; row++) {
    for (let column = Math.floor(x - radius); column <= x + radius + 1; column++) {
      if (row < 0 || column < 0 || row >= SIDE || column >= SIDE) continue;
      const cover = Math.min(Math.max(radius + 0.5 - Math.hypot(column - x, row - y), 0), 1);
      const at = 4 * (row * SIDE + column);
      for (let channel = 0; channel < 3; channel++) data[at + channel] += cover * (colour[channel] - data[at + channel]);
    }
  }
}

/** The pictures as a benchmark's annotations, ids from 1. */
export function annotationsOf(pictures: readonly StickPicture[]): Annotations {
  return { keypointSet: COCO, categoryId: 1, images: pictures.map(({ people }, i) => ({ id: i + 1, people })) };
}
