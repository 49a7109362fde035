import { describe, expect, test } from 'vitest';
import { PERSON_COLORS } from '../../src/draw/palette.ts';

type Rgb = [number, number, number];

const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

function linearRgb(hex: string): Rgb {
  return [1, 3, 5].map((start) => linear(Number.parseInt(hex.slice(start, start + 2), 16) / 255)) as Rgb;
}

const times = (matrix: number[][], color: Rgb): Rgb =>
  matrix.map((row) => Math.min(1, Math.max(0, row[0] * color[0] + row[1] * color[1] + row[2] * color[2]))) as Rgb;

/** Full dichromacy in linear RGB, from Machado, Oliveira and Fernandes (2009). */
const VISIONS: Record<string, number[][]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

/** CIE 1976 L*a*b* (D65). */
function lab(color: Rgb): Rgb {
  const [x, y, z] = times(
    [
      [0.4124 / 0.95047, 0.3576 / 0.95047, 0.1805 / 0.95047],
      [0.2126, 0.7152, 0.0722],
      [0.0193 / 1.08883, 0.1192 / 1.08883, 0.9505 / 1.08883],
    ],
    color,
  ).map((t) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

describe.each(Object.entries(VISIONS))('the palette, seen with %s vision', (name, matrix) => {
  test('tells any two people apart', () => {
    // A difference of about 2.3 is just noticeable side by side; 20 still is across a photo.
    const colors = PERSON_COLORS.map((hex) => lab(times(matrix, linearRgb(hex))));
    for (let i = 0; i < colors.length; i++) {
      for (let j = 0; j < i; j++) {
        const distance = Math.hypot(...colors[i].map((value, axis) => value - colors[j][axis]));
        expect(distance, `${PERSON_COLORS[i]} and ${PERSON_COLORS[j]}, ${name}`).toBeGreaterThan(20);
      }
    }
  });

  test('stands out from its dark outline', () => {
    for (const hex of PERSON_COLORS) expect(lab(times(matrix, linearRgb(hex)))[0]).toBeGreaterThan(55);
  });
});
