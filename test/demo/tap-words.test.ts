import { expect, it } from 'vitest';
import { tapWords } from '../../demo/inside/tap-words.ts';

const TAPS = {
  layer: 'regression',
  cell: { row: 0, column: 0 },
  at: { x: 0, y: 0 },
  taps: [],
  scale: 1.52,
  stretch: [4.06, 0.5],
  lean: 11.2,
  angle: -39.6,
  mirrored: true,
} as const;

it('says how taps lie', () => {
  expect(tapWords(TAPS, false)).toBe(
    'scale 1.5, angle 40° anticlockwise, mirrored; longest 4.1 leaning 11° clockwise, 0.5 across',
  );
  expect(tapWords({ ...TAPS, lean: -0.3, angle: 0, mirrored: false }, false)).toBe(
    'scale 1.5, angle 0°; longest 4.1 leaning 0°, 0.5 across',
  );
});

it('says it as a mirror shows it', () => {
  expect(tapWords(TAPS, true)).toBe(
    'scale 1.5, angle 40° clockwise, mirrored; longest 4.1 leaning 11° anticlockwise, 0.5 across',
  );
});
